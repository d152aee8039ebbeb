using Tocsin.Shared;

namespace Tocsin.Actors.Persistence;

/// <summary>Why the store could not do what it was asked.</summary>
/// <param name="Message">One line for the operator.</param>
public abstract record StoreFailure(string Message)
{
    public sealed override string ToString() => Message;
}

/// <summary>Too much is waiting, or another connection holds the database. Try again with backoff.</summary>
public sealed record StoreBusy(string Message) : StoreFailure(Message);

public sealed record StoreFull(string Message) : StoreFailure(Message);

/// <summary>The database is damaged. Trying again does not help.</summary>
public sealed record StoreCorrupt(string Message) : StoreFailure(Message);

/// <summary>Disk, connection or server failed.</summary>
public sealed record StoreBroken(string Message) : StoreFailure(Message);

public sealed record StoreClosed() : StoreFailure("the store is closed");

/// <summary>The store as an exception, where there is no other answer: at start, and to who asks what is in it.</summary>
public sealed class StoreException(StoreFailure failure, Exception? inner = null) : DependencyException(failure.Message, inner)
{
    public StoreFailure Failure { get; } = failure;
}
