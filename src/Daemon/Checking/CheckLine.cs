namespace Tocsin.Daemon.Checking;

internal enum CheckLevel
{
    Ok,

    /// <summary>It works, and something that one would miss is off, late or unknown.</summary>
    Warning,

    /// <summary>It does not start, or what it is told is wrong.</summary>
    Error,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="About">One word, for the column at the left.</param>
/// <param name="Do">What to do about it; null where there is nothing to do.</param>
internal sealed record CheckLine(CheckLevel Level, string About, string Text, string? Do = null)
{
    public static CheckLine Ok(string about, string text) => new(CheckLevel.Ok, about, text);

    public static CheckLine Warning(string about, string text, string @do) => new(CheckLevel.Warning, about, text, @do);

    public static CheckLine Error(string about, string text, string @do) => new(CheckLevel.Error, about, text, @do);
}
