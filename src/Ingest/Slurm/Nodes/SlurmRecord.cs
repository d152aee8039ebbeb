namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>One line of <c>scontrol show ... --oneliner</c>: <c>Key=value</c> with blanks between, and in some values.</summary>
/// <remarks>The first of two equal keys holds: what others may write freely (Reason, Comment, Extra) stands after all that matters.</remarks>
internal static class SlurmRecord
{
    /// <summary>Up to the next blank; empty where the key is not there.</summary>
    public static ReadOnlySpan<char> Word(ReadOnlySpan<char> line, string key)
    {
        var value = Rest(line, key);
        var end = value.IndexOf(' ');
        return end < 0 ? value : value[..end];
    }

    /// <summary>Up to what follows it, or to the end of the line.</summary>
    public static ReadOnlySpan<char> Until(ReadOnlySpan<char> line, string key, string next)
    {
        var value = Rest(line, key);
        var end = value.IndexOf($" {next}=", StringComparison.Ordinal);
        return (end < 0 ? value : value[..end]).TrimEnd(' ');
    }

    /// <summary>Unix seconds to milliseconds; null for what says that there is none (<c>None</c>, <c>Unknown</c>).</summary>
    public static long? Time(ReadOnlySpan<char> text) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, null, out var seconds) && seconds is >= 86_400 and <= 253_402_300_799
            ? seconds * 1000
            : null;

    private static ReadOnlySpan<char> Rest(ReadOnlySpan<char> line, string key)
    {
        if (line.StartsWith($"{key}=", StringComparison.Ordinal))
            return line[(key.Length + 1)..];
        var at = line.IndexOf($" {key}=", StringComparison.Ordinal);
        return at < 0 ? default : line[(at + key.Length + 2)..];
    }
}
