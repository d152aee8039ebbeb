using Tocsin.Actors.Learning;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Learning;

/// <summary>What operators do to the library.</summary>
internal sealed class LibraryDesk(LibraryShelf shelf, Func<IReadOnlyList<Confirmation>> confirmations, Func<LogNodeSink?> log) : ILibraryDesk
{
    public (long Version, PatternLibrary? Library) Active => shelf.Active is > 0 and var version ? (version, shelf.Scoring(version).Library) : (0, null);

    public IReadOnlyList<LibraryRow> All => shelf.All;

    public IReadOnlyList<Confirmation> Confirmations => confirmations();

    public async Task<DeskAnswer> ActivateAsync(long version, CancellationToken stop)
    {
        if (All.FirstOrDefault(l => l.Version == version) is not { } row)
            return new DeskAnswer(404, shelf.Active, $"there is no version {version}; /api/v1/libraries lists those that are");
        if (shelf.Active == version)
            return new DeskAnswer(200, version, null);
        try
        {
            return await shelf.ActivateAsync(row, log, stop) is { } why ? new DeskAnswer(503, shelf.Active, why) : new DeskAnswer(200, version, null);
        }
        catch (TocsinException unusable)
        {
            return new DeskAnswer(409, shelf.Active, unusable.Message);
        }
    }

    public async Task<DeskAnswer> AcceptAsync(int pattern, CancellationToken stop)
    {
        var (version, library) = Active;
        if (library is null || pattern < 0 || pattern >= library.Patterns.Patterns.Count)
            return new DeskAnswer(404, version, $"version {version} has no pattern {pattern}; /api/v1/patterns lists those that are");
        if (!library.Patterns.Patterns[pattern].Provisional)
            return new DeskAnswer(200, version, null);
        try
        {
            var made = await shelf.PublishAsync(LibraryGrower.Confirm(library, pattern), version, $"pattern {pattern} ({library.Patterns.Patterns[pattern].Name}) is accepted by an operator", log, stop);
            return made is { } accepted ? new DeskAnswer(200, accepted, null) : new DeskAnswer(409, shelf.Active, "another version was activated meanwhile; look again and ask again");
        }
        catch (TocsinException trouble)
        {
            return new DeskAnswer(503, shelf.Active, trouble.Message);
        }
    }
}
