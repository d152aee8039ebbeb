namespace Tocsin.Actors.Persistence;

/// <summary>What every store holds against a commit before it writes.</summary>
internal static class CommitChecks
{
    private const int MostName = 200;
    private const int MostBytes = 64 << 20;

    public static StoreFailure Falls(ShardCommit commit, long stored) =>
        new StoreBroken($"a commit of {commit.Shard} would take its offset back from {stored} to {commit.NextOffset}");

    /// <summary>Null, or what no store would take: such a commit is a bug, and is answered like a failure so that only its shard suffers.</summary>
    public static StoreFailure? Problem(ShardCommit commit)
    {
        if (commit.Rows.FirstOrDefault(r => r.Name.Length is 0 or > MostName) is { } row)
            return new StoreBroken($"a row's name has {row.Name.Length} characters; expected 1 to {MostName}");
        foreach (var part in commit.Parts)
        {
            if (part.Number < 1 || part.Bytes.Length > MostBytes)
                return new StoreBroken($"part {part.Number} has {part.Bytes.Length} bytes; expected a number from 1 on and at most {MostBytes} bytes");
        }
        if (commit.Nodes.FirstOrDefault(n => n.Bytes.Length > MostBytes) is { } node)
            return new StoreBroken($"the row of {node.Node} has {node.Bytes.Length} bytes; expected at most {MostBytes}");
        if (commit.Jobs.FirstOrDefault(j => j.StartMs is null) is { } job)
            return new StoreBroken($"job {job.JobId} is to be stored without its start");
        return null;
    }

    public static void SameLog(string stored, string identity)
    {
        if (stored != identity)
            throw new StoreException(new StoreBroken($"the store belongs to the log '{stored}', but the log is '{identity}': their folders must be moved, kept and deleted together"));
    }
}
