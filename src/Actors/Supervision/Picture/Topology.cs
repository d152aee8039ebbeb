using System.Collections.Immutable;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;

namespace Tocsin.Actors.Supervision.Picture;

/// <summary>Which leaf switch each node hangs on, by <c>scontrol show topology</c>: asked once an hour, since it changes with slurm.conf. A site without a topology plugin has none,
/// and Slurm says so without failing. One at a time.</summary>
internal sealed class Topology(ISlurmPrograms slurm, TimeSpan limit, Action<string> say)
{
    public const long EveryMs = 3_600_000;

    /// <summary>More than any cluster has; what is beyond has no switch.</summary>
    private const int MostNodes = 200_000;

    private long? _askedMs;
    private bool _failed;
    private IReadOnlyDictionary<string, string> _switches = ImmutableDictionary<string, string>.Empty;

    /// <returns>By node; what was known before where Slurm does not answer, which is said once and asked again in an hour.</returns>
    public async Task<IReadOnlyDictionary<string, string>> TakeAsync(long nowMs, CancellationToken stop)
    {
        if (_askedMs is { } asked && nowMs - asked is >= 0 and < EveryMs)
            return _switches;
        _askedMs = nowMs;
        var answer = await slurm.RunAsync("scontrol", ["show", "topology"], limit, stop).ConfigureAwait(false);
        if (answer.Failure is null)
            _switches = Read(answer.Output);
        else if (!_failed)
            say($"Slurm tells of no topology, so targets are ranked without it: {answer.Failure}");
        _failed = answer.Failure is not null;
        return _switches;
    }

    /// <summary>"SwitchName=leaf1 Level=0 LinkSpeed=1 Nodes=n[001-002]", a line a switch; those above the leaves have other levels. Of two leaves of one node the first holds.</summary>
    internal static IReadOnlyDictionary<string, string> Read(string output)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = SlurmColumns.Words(line);
            if (words.GetValueOrDefault("Level") != "0" || words.GetValueOrDefault("SwitchName") is not { Length: > 0 and <= NodeKey.MaxLength } leaf || words.GetValueOrDefault("Nodes") is not { } list || Hostlist.Expand(list, out var nodes) is not null)
                continue;
            foreach (var node in nodes)
            {
                if (read.Count < MostNodes)
                    read.TryAdd(node, leaf);
            }
        }
        return read;
    }
}
