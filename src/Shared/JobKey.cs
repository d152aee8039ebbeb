namespace Tocsin.Shared;

/// <summary>One run of a Slurm job: ids repeat over time, (id, start) does not.</summary>
/// <param name="StartMs">Unix milliseconds.</param>
public readonly record struct JobKey(string JobId, long StartMs)
{
    public override string ToString() => $"{JobId}@{StartMs / 1000}";
}
