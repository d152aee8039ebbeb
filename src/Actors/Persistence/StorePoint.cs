namespace Tocsin.Actors.Persistence;

/// <summary>Where a crash or a failure can be placed in a write.</summary>
public enum StorePoint
{
    /// <summary>Nothing was done yet.</summary>
    BeforeBegin,

    /// <summary>Before each single write within the transaction.</summary>
    BeforeWrite,

    /// <summary>All is written, nothing is committed.</summary>
    BeforeCommit,

    /// <summary>It is being committed: a failure here leaves open whether it is.</summary>
    InCommit,

    /// <summary>It is committed, nobody was told.</summary>
    AfterCommit,
}

/// <summary>Thrown by a test's or a simulation's hook: from here on the store is dead, and nobody is answered, as after <c>kill -9</c>.</summary>
public sealed class StoreCrash() : Exception("the store was made to crash here");
