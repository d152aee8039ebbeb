using Tocsin.Ingest.Slurm;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Host lists: names that are valid and come back from their own compressed form, or a reason.</summary>
internal static class HostlistFuzz
{
    private static readonly string[] Pieces =
        ["cn", "gpu-", "r[1-4]", "[01-12]", "[1,3,5-7]", "n[1-2]s[0-1]", "a.b", "[0-4294967296]", "[9-1]", "[", "]", ",", "-", "0", "007", "[00001-00003]", "x[1-100000]", "\n", "|", " ", "\0", "é", "(null)", "[1-2]-ib"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        if (random.Next(4) == 0)
            text = System.Text.Encoding.Latin1.GetString(Mutations.Damage(random, System.Text.Encoding.Latin1.GetBytes(text)));
        if (Hostlist.Expand(text, out var names) is { } why)
        {
            if (why.Length is 0 or > 1000 || names.Count > 0)
                throw new InvalidOperationException($"{names.Count} names and '{why}'");
            return;
        }
        if (names.Count > 2000)
            return;
        if (Hostlist.Expand(Hostlist.Compress(names), out var again) is { } broken || !names.SequenceEqual(again))
            throw new InvalidOperationException("the compressed form says something else");
    }
}
