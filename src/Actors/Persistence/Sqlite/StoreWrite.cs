namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>One write that waits for its turn, with who is to be told.</summary>
internal abstract class StoreWrite(long bytes)
{
    /// <summary>About how much memory waits with it.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Within a transaction of its own or with others.</summary>
    public abstract void Apply(SqliteSession session);

    /// <summary>It is committed.</summary>
    public abstract void Answer();

    /// <param name="unknown">It may be committed all the same.</param>
    public abstract void Fail(StoreFailure failure, bool unknown);
}

/// <param name="failed">The failure, and whether it may have been committed all the same, as an answer.</param>
internal sealed class StoreWrite<T>(long bytes, Func<SqliteSession, T> apply, Func<StoreFailure, bool, T> failed, Action<T> reply) : StoreWrite(bytes)
{
    private T? _result;

    public override void Apply(SqliteSession session) => _result = apply(session);

    public override void Answer() => reply(_result!);

    public override void Fail(StoreFailure failure, bool unknown) => reply(failed(failure, unknown));
}
