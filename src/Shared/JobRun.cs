namespace Tocsin.Shared;

/// <summary>One run of a Slurm job. Job ids repeat over time; (JobId, StartMs) does not.</summary>
/// <param name="JobId">Slurm's JobID, array and het suffixes included.</param>
/// <param name="JobName">Hostile text: shown escaped, never part of a path or a command.</param>
/// <param name="User">Null where the source does not tell.</param>
/// <param name="StartMs">Unix milliseconds.</param>
/// <param name="EndMs">Unix milliseconds, exclusive; null while it runs.</param>
/// <param name="Nodes">Slurm NodeNames; empty means every node of the recording.</param>
public sealed record JobRun(string JobId, string JobName, string? User, long StartMs, long? EndMs, IReadOnlyList<string> Nodes)
{
    public bool RunsOn(string node) => Nodes.Count == 0 || Nodes.Contains(node);
}
