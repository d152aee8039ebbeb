using System.Diagnostics;
using System.Text;
using Tocsin.Ingest.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Slurm;

/// <summary>Slurm's own answers on thousands of drawn lists.</summary>
public sealed class HostlistOracleSpec(ITestOutputHelper output) : IDisposable
{
    private const string Scontrol = "/usr/bin/scontrol";
    private const int Lists = 4000;

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Lists_expand_as_scontrol_expands_them()
    {
        if (!SystemPart.IsThere(Scontrol, "slurm-client", output))
            return;
        var random = new Random(11);
        var lists = Enumerable.Range(0, Lists).Select(_ => DrawList(random)).ToArray();
        var theirs = await AskAsync("hostnames", lists);
        for (var i = 0; i < lists.Length; i++)
        {
            Assert.Null(Hostlist.Expand(lists[i], out var ours));
            Assert.True(theirs[i].Distinct().SequenceEqual(ours), $"{lists[i]}: scontrol says {string.Join(' ', theirs[i])}, we say {string.Join(' ', ours)}");
        }
        output.WriteLine($"{lists.Length} lists, {theirs.Sum(t => t.Length)} names");
    }

    [Fact]
    public async Task Names_compress_as_scontrol_compresses_them()
    {
        if (!SystemPart.IsThere(Scontrol, "slurm-client", output))
            return;
        var random = new Random(12);
        var lists = Enumerable.Range(0, Lists).Select(_ => DrawNames(random)).ToArray();
        var theirs = await AskAsync("hostlist", lists.Select(l => string.Join(',', l)).ToArray());
        for (var i = 0; i < lists.Length; i++)
        {
            var ours = Hostlist.Compress(lists[i]);
            Assert.True(theirs[i].Single() == ours, $"{string.Join(',', lists[i])}: scontrol says {theirs[i].Single()}, we say {ours}");
            Assert.Null(Hostlist.Expand(ours, out var back));
            Assert.Equal(lists[i].Distinct(), back);
        }
    }

    [Fact]
    public async Task Sorted_lists_mean_the_same_nodes_to_scontrol()
    {
        if (!SystemPart.IsThere(Scontrol, "slurm-client", output))
            return;
        var random = new Random(13);
        var lists = Enumerable.Range(0, Lists).Select(_ => DrawNames(random)).ToArray();
        var theirs = await AskAsync("hostnames", lists.Select(Hostlist.CompressSorted).ToArray());
        for (var i = 0; i < lists.Length; i++)
            Assert.Equal(lists[i].Distinct().Order(StringComparer.Ordinal), theirs[i].Order(StringComparer.Ordinal));
    }

    private static string DrawList(Random random) => string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => DrawItem(random)));

    private static string DrawItem(Random random)
    {
        var item = new StringBuilder(DrawPrefix(random));
        var dimensions = random.Next(0, 5);
        for (var d = 0; d < dimensions; d++)
        {
            // Slurm takes nothing after the last bracket.
            if (d > 0)
                item.Append((string[])["", "n", "-", "rack", "_x"] is { } between ? between[random.Next(between.Length)] : "");
            item.Append('[').AppendJoin(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => DrawRange(random, 8 >> d))).Append(']');
        }
        return dimensions == 0 ? item.Append(DrawNumber(random, 2000)).ToString() : item.ToString();
    }

    private static string DrawRange(Random random, int most)
    {
        var first = random.Next(0, random.Next(2) == 0 ? 12 : 1100);
        var last = first + random.Next(0, most + 1);
        var width = random.Next(3) == 0 ? random.Next(1, 6) : 1;
        var text = first.ToString().PadLeft(width, '0');
        return last == first && random.Next(2) == 0 ? text : $"{text}-{(random.Next(2) == 0 ? last.ToString() : last.ToString().PadLeft(text.Length, '0'))}";
    }

    private static string[] DrawNames(Random random) =>
        Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(8) == 0 ? "login" : DrawPrefix(random) + DrawNumber(random, 30)).ToArray();

    private static string DrawNumber(Random random, int most) => random.Next(most).ToString().PadLeft(random.Next(3) == 0 ? random.Next(1, 5) : 1, '0');

    private static string DrawPrefix(Random random) => ((string[])["n", "cn", "gpu-", "r1n", "a.b"])[random.Next(random.Next(3) == 0 ? 5 : 2)];

    /// <summary>One scontrol for all: it echoes each command behind its prompt.</summary>
    private async Task<string[][]> AskAsync(string what, string[] lists)
    {
        var configuration = Path.Combine(_folder, "slurm.conf");
        await File.WriteAllTextAsync(configuration, "ClusterName=x\nSlurmctldHost=x\nNodeName=x\nPartitionName=x Nodes=ALL\n");
        var info = new ProcessStartInfo(Scontrol) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["SLURM_CONF"] = configuration;
        using var process = Process.Start(info)!;
        var reading = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        foreach (var list in lists)
            await process.StandardInput.WriteLineAsync($"show {what} {list}");
        process.StandardInput.Close();
        var answers = (await reading).Split("scontrol: ")[1..^1].Select(a => a.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]).ToArray();
        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        Assert.Equal(lists.Length, answers.Length);
        return answers;
    }
}
