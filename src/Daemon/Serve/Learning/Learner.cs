using System.Collections.Concurrent;
using Tocsin.Actors.Alerts;
using Tocsin.Actors.Learning;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Learning;

/// <summary>From kept segments to versions of the library. <see cref="Look"/> runs on a thread that gives way to all others; the rest on any.</summary>
internal sealed class Learner(LearningOptions options, Corpus corpus, LibraryShelf shelf, LearnerFile<LearnerState> file, string catalogue, Func<LogNodeSink?> log, Func<IStoreReader> store, LearnerCounts counts, Func<AlertBudget?> budget, OwnLog say, TimeProvider clock)
{
    private const string Component = "learning";

    /// <summary>Known segments that a new pattern is checked on.</summary>
    private const int MostKnown = 60;

    private readonly LibraryGrower _grower = new(options.Learn());
    private readonly CorpusView _view = new(corpus, new LibraryGrower(options.Learn()), options.Rules.MostBytes);
    private readonly ConcurrentQueue<SegmentRow> _over = new();
    private LearnerState _state = file.Load();

    /// <summary>What has matched the provisional patterns so far.</summary>
    public IReadOnlyList<Confirmation> Confirmations => _state.Confirmations;

    /// <summary>A segment has ended and nothing speaks against it. Any thread.</summary>
    public void Over(SegmentRow row) => _over.Enqueue(row);

    /// <summary>One round: what is confirmed, what has to go, what is to be learned. Takes as long as a training takes.</summary>
    public void Look(CancellationToken stop)
    {
        var version = shelf.Active;
        var library = version == 0 ? null : shelf.Scoring(version).Library;
        if (library is not null && Confirm(version, library, stop))
            return;
        _over.Clear();
        var judged = _view.Judge(version, library, _state.Tried.ToHashSet(StringComparer.Ordinal));
        corpus.Remove(KeptPlan.Surplus(judged, options.Collect));
        judged = WithoutFaults(judged);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (TrainRule.Decide(judged, library is not null, _state.LastTryMs, now, _view.Columns, options.Rules) is not { } step)
            return;
        // Noted first: a training that ends the process must not do so again and again.
        var there = judged.Select(j => j.Segment.Id).ToHashSet(StringComparer.Ordinal);
        Save(_state with { Tried = [.. _state.Tried.Where(there.Contains).Union(step.Train).Union(step.Held)], LastTryMs = now });
        Learn(step, version, library, judged, stop);
    }

    /// <summary>What was marked as a fault since it was kept is learned from neither, as long as the label stands.</summary>
    private IReadOnlyList<Judged> WithoutFaults(IReadOnlyList<Judged> judged)
    {
        if (judged.Count == 0)
            return judged;
        var bar = new LearningBar();
        bar.AddFaults(store(), judged.Min(j => j.Segment.StartMs));
        return [.. judged.Where(j => bar.Why(j.Segment.Node, j.Segment.StartMs, j.Segment.LastMs + 1) is null)];
    }

    private void Learn(TrainStep step, long parent, PatternLibrary? library, IReadOnlyList<Judged> judged, CancellationToken stop)
    {
        var begun = clock.GetTimestamp();
        try
        {
            var (made, refused) = Make(step, library, judged);
            if (refused is not null)
            {
                counts.Refused(clock.GetElapsedTime(begun));
                say.Warning(Component, $"refused by the check: {step.Words}: {refused}");
                return;
            }
            if (shelf.PublishAsync(made, parent, step.Words, log, stop).GetAwaiter().GetResult() is not { } version)
            {
                say.Info(Component, $"{step.Words}: another version was activated meanwhile; what was learned is left");
                return;
            }
            counts.Version(clock.GetElapsedTime(begun));
            say.Info(Component, $"version {version}: {step.Words}, in {clock.GetElapsedTime(begun).TotalSeconds:F1} s");
        }
        catch (TocsinException failure)
        {
            counts.Failed(clock.GetElapsedTime(begun));
            say.Warning(Component, $"{step.Words}: {failure.Message}");
        }
    }

    private (PatternLibrary Made, string? Refused) Make(TrainStep step, PatternLibrary? library, IReadOnlyList<Judged> judged)
    {
        var (train, held) = (_view.Load(step.Train), _view.Load(step.Held));
        switch (step)
        {
            case NewPattern:
                var known = _view.Load(Known(judged));
                var grown = _grower.Add(library!, train);
                return (grown, TrialRule.RefusesPattern(
                    library!.Patterns.Patterns.Count, LibraryTrial.Run(library, held), LibraryTrial.Run(grown, held), LibraryTrial.Run(library, known), LibraryTrial.Run(grown, known), options.Rules));
            case TunePattern { Pattern: var pattern }:
                var tuned = _grower.Tune(library!, pattern, train);
                return (tuned, TrialRule.RefusesTuning(LibraryTrial.Run(library!, held), LibraryTrial.Run(tuned, held)));
            default:
                var first = new LibraryTrainer(options.Learn(budget())) { Catalogue = catalogue }.Train(train, "what was watched");
                return (first, TrialRule.RefusesFirst(LibraryTrial.Run(first, held), options.Rules));
        }
    }

    /// <summary>The newest of each pattern in turn, as memory allows.</summary>
    private List<string> Known(IReadOnlyList<Judged> judged)
    {
        var byTurn = judged.Where(j => j.Pattern >= 0).GroupBy(j => j.Pattern)
            .SelectMany(p => p.OrderByDescending(j => j.Segment.StartMs).Select((j, turn) => (j.Segment, Turn: turn)))
            .OrderBy(s => s.Turn).ThenByDescending(s => s.Segment.StartMs).Take(MostKnown);
        long bytes = 0;
        return [.. byTurn.TakeWhile(s => (bytes += OpenFrames.BytesOf(s.Segment.Frames, _view.Columns)) <= options.Rules.MostBytes).Select(s => s.Segment.Id)];
    }

    /// <summary>True where a pattern became one like the others.</summary>
    private bool Confirm(long version, PatternLibrary library, CancellationToken stop)
    {
        var patterns = library.Patterns.Patterns;
        // Those of a version that was gone back from, or that an operator accepted, go; a kill may have come between a version and its note.
        var open = Enumerable.Range(0, patterns.Count).Where(p => patterns[p].Provisional)
            .Select(p => _state.Confirmations.FirstOrDefault(c => c.Pattern == p && c.Since <= version) ?? new Confirmation(p, version, [], [])).ToList();
        while (_over.TryDequeue(out var row))
            open = [.. open.Select(c => c.Add(row, options.Rules))];
        if (!open.SequenceEqual(_state.Confirmations))
            Save(_state with { Confirmations = open });
        if (open.Find(c => c.IsEnough(options.Rules)) is not { } enough)
            return false;
        var words = $"pattern {enough.Pattern} ({patterns[enough.Pattern].Name}) is confirmed by {enough.Jobs.Count} jobs on {enough.Nodes.Count} nodes";
        return shelf.PublishAsync(LibraryGrower.Confirm(library, enough.Pattern), version, words, log, stop).GetAwaiter().GetResult() is not null;
    }

    private void Save(LearnerState state)
    {
        _state = state;
        file.Save(state);
    }
}
