using Tocsin.Actors.Learning;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Patterns;

/// <summary>Looks at patterns and edits them by what is kept to learn from.</summary>
/// <param name="learning">Null: nothing is learned while running, and so no segment is kept.</param>
internal sealed class PatternDesk(LibraryShelf shelf, LearningOptions? learning, Corpus? corpus, Func<LogNodeSink?> log) : IPatternDesk
{
    private const int MostShown = 200;

    /// <summary>Each that is counted to a pattern is one more centre to be held against.</summary>
    private const int MostCentres = 1000;

    private readonly PatternMembers? _members = corpus is null ? null : new PatternMembers(corpus);

    /// <summary>One training at a time: each takes a processor.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    public Task<PatternLook?> LookAsync(int pattern, CancellationToken stop) => Task.Run(() =>
    {
        if (Active is not (var version, { } library) || pattern < IPatternDesk.Strangers || pattern >= library.Patterns.Patterns.Count)
            return null;
        var members = _members?.Of(version, library, pattern, stop) ?? [];
        var shown = members.Take(MostShown).ToList();
        if (pattern == IPatternDesk.Strangers)
            return new PatternLook(version, false, members.Count, shown, []);
        var segments = shown.Take(learning?.Collect.KeptPerPattern ?? 0).Select(m => corpus!.Load(m.Id)).OfType<Segment>().ToList();
        return new PatternLook(version, segments.Count > 0, members.Count, shown, TypicalShape.Of(library, pattern, segments));
    }, stop);

    public Task<DeskAnswer> MoveAsync(NodeKey node, long startMs, int into, string who, CancellationToken stop) => EditAsync(async (version, library) =>
    {
        if (Missing(library, into) is { } missing)
            return new DeskAnswer(404, version, missing);
        if (corpus?.Load(Corpus.IdOf(node, startMs)) is not { } segment)
            return new DeskAnswer(404, version, $"no segment of {node.Name} that began then is kept; GET /api/v1/patterns/{{id}} lists those that are");
        if (segment.Idle != library.Patterns.Patterns[into].Idle)
            return new DeskAnswer(409, version, "idle segments belong to idle patterns, and jobs to the others");
        if (LibraryGrower.Match(library, segment).Pattern == into)
            return new DeskAnswer(200, version, null);
        if (library.Patterns.Patterns.Count >= MostCentres)
            return new DeskAnswer(409, version, $"the library has {MostCentres} patterns and further centres, the most that it may have");
        var made = await Task.Run(() => Grower.Count(library, segment, into), stop);
        return await PublishAsync(made, version, $"a segment of {node.Name} ({segment.JobName}) is counted to pattern {into} ({library.Patterns.Patterns[into].Name}) by {who}", stop);
    }, stop);

    public Task<DeskAnswer> JoinAsync(int from, int into, string who, CancellationToken stop) => EditAsync(async (version, library) =>
    {
        if ((Missing(library, from) ?? Missing(library, into)) is { } missing)
            return new DeskAnswer(404, version, missing);
        var patterns = library.Patterns.Patterns;
        if (from == into || patterns[from].Idle != patterns[into].Idle)
            return new DeskAnswer(409, version, from == into ? "a pattern is itself already" : "idle patterns are joined with idle ones, and jobs' with jobs'");
        var members = (_members?.Of(version, library, from, stop) ?? []).Take(learning?.Collect.KeptPerPattern ?? 0).Select(m => corpus!.Load(m.Id)).OfType<Segment>().ToList();
        var made = await Task.Run(() => Grower.Join(library, from, into, members), stop);
        return await PublishAsync(made, version, $"pattern {from} ({patterns[from].Name}) is joined into {into} ({patterns[into].Name}) by {who}", stop);
    }, stop);

    private (long Version, PatternLibrary? Library) Active => shelf.Active is > 0 and var version ? (version, shelf.Scoring(version).Library) : (0, null);

    private LibraryGrower Grower => new(learning?.Learn() ?? new LearnOptions());

    private static string? Missing(PatternLibrary library, int pattern) =>
        pattern < 0 || pattern >= library.Patterns.Patterns.Count || library.Patterns.Patterns[pattern].Into is not null ? $"there is no pattern {pattern}; /api/v1/patterns lists those that are" : null;

    private async Task<DeskAnswer> EditAsync(Func<long, PatternLibrary, Task<DeskAnswer>> edit, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return Active is (var version, { } library) ? await edit(version, library) : new DeskAnswer(404, 0, "there is no library yet");
        }
        catch (LibraryRefusedException refused)
        {
            return new DeskAnswer(409, shelf.Active, refused.Message);
        }
        catch (TocsinException trouble)
        {
            return new DeskAnswer(503, shelf.Active, trouble.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<DeskAnswer> PublishAsync(PatternLibrary made, long parent, string words, CancellationToken stop) =>
        await shelf.PublishAsync(made, parent, words, log, stop) is { } version
            ? new DeskAnswer(200, version, null)
            : new DeskAnswer(409, shelf.Active, "another version was activated meanwhile; look again and ask again");
}
