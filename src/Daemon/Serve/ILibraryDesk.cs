using Tocsin.Actors.Learning;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;

namespace Tocsin.Daemon.Serve;

/// <param name="Status">As HTTP has it.</param>
/// <param name="Version">That is active now.</param>
/// <param name="Problem">Null where it was done.</param>
internal sealed record DeskAnswer(int Status, long Version, string? Problem);

/// <summary>The versions of the library, for operators. Any thread.</summary>
internal interface ILibraryDesk
{
    /// <summary>The library that is scored by and its version; 0 and null before there is one.</summary>
    (long Version, PatternLibrary? Library) Active { get; }

    /// <summary>By version.</summary>
    IReadOnlyList<LibraryRow> All { get; }

    /// <summary>What has matched the provisional patterns so far.</summary>
    IReadOnlyList<Confirmation> Confirmations { get; }

    Task<DeskAnswer> ActivateAsync(long version, CancellationToken stop);

    /// <summary>A provisional pattern of the active version is one like the others from now on: a new version.</summary>
    Task<DeskAnswer> AcceptAsync(int pattern, CancellationToken stop);
}
