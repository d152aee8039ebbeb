namespace Tocsin.Ingest.Slurm;

/// <summary>Slurm's job ids: <c>12</c>, <c>12_3</c> of an array, <c>12+1</c> of a heterogeneous job. Steps (<c>12.0</c>) and sets of tasks that wait (<c>12_[1-5%2]</c>) are none that run.</summary>
public static class JobIds
{
    /// <summary>Slurm's own limit is 2^26 to 2^32 by version; what is longer is no id.</summary>
    private const int MaxDigits = 10;

    public static bool IsRun(ReadOnlySpan<char> id)
    {
        var mark = id.IndexOfAny('_', '+');
        return mark < 0 ? IsNumber(id) : IsNumber(id[..mark]) && IsNumber(id[(mark + 1)..]);
    }

    internal static bool IsNumber(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxDigits && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
