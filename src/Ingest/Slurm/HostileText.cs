namespace Tocsin.Ingest.Slurm;

/// <summary>Text that a user chose: kept as it is, but no longer than it may be.</summary>
internal static class HostileText
{
    /// <summary>The first characters, no half of a pair at the end.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }
}
