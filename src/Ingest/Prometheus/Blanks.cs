namespace Tocsin.Ingest.Prometheus;

/// <summary>Blanks, tabs and carriage returns off the ends: the BCL's Trim over a set costs more than the number between them.</summary>
internal static class Blanks
{
    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && IsBlank(text[at]))
            at++;
        return text[at..];
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        var end = text.Length;
        while (end > 0 && IsBlank(text[end - 1]))
            end--;
        return TrimStart(text[..end]);
    }

    private static bool IsBlank(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\r';
}
