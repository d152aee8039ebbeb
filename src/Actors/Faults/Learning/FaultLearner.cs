using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>Everything that learns: keeps intervals and labels, trains the first version when there are enough of them, tunes it from then on, and says which version serves.
/// A step takes milliseconds, or as long as a training or tuning takes; it is asked on a thread that gives way to all others. One thread at a time.</summary>
/// <remarks>What a step keeps goes to the archive first. A step that failed of the archive may be asked again with the same input: what was done is not done twice.</remarks>
public sealed class FaultLearner(FaultModelSettings settings, IFaultArchive archive, Action<string> say)
{
    /// <summary>By how much the labels must have grown before a first training that was refused is tried again.</summary>
    private const double MoreLabels = 1.25;

    /// <summary>Intervals after the first that are counted on: 9 years of minutes, 80 MB. What is beyond a clock says that is wrong.</summary>
    private const long MostIntervals = 5_000_000;

    private readonly KeptIntervals _kept = new(settings.MemoryBytes / 4);
    private readonly LabelBook _book = new();
    private readonly SchedulerWatch _watch = new();
    private readonly Dictionary<string, LabelRecord> _unsaved = new(StringComparer.Ordinal);
    private FaultScores _figures = new([]);
    private StoredModels _state = StoredModels.None;
    private ModelVersions? _versions;
    private LiveTuning? _tuning;
    private IReadOnlyList<LabelCount> _labels = [];
    private string? _lost;
    private bool _loaded;

    /// <exception cref="DependencyException">The archive's disk is away.</exception>
    public LearnAnswer Step(LearnInput input)
    {
        if (!_loaded)
            Load();
        var changed = input.Labels.Concat((input.States ?? []).SelectMany(_watch.See)).Select(_book.Take).OfType<LabelRecord>().ToList();
        foreach (var record in changed)
            _unsaved[record.Key] = record;
        archive.Append(_unsaved.Values, _book);
        _unsaved.Clear();
        if (input.Closed is { } closed && closed.Number > (_kept.Newest?.Number ?? long.MinValue))
        {
            archive.Save(closed);
            _kept.Add(closed);
            Shrink(input.NowMs);
        }
        _labels = LabelTally.Of(_book, _kept, settings, input.NowMs);
        var rolled = input.RollBack && RollBack();
        if (input.Closed is { Nodes.Count: > 0 } seen)
            Learn(seen, changed, input.NowMs);
        return new LearnAnswer(Status(), Served(), [.. _kept.All.TakeLast(IFaultPredictor.PastIntervals)], rolled);
    }

    private LabelRule Rule => new(_kept, _book, settings);

    private void Load()
    {
        var content = archive.Load();
        foreach (var interval in content.Intervals)
            _kept.Add(interval);
        _book.Load(content.Labels);
        _watch.Load(content.Labels);
        _state = content.State;
        _figures = new FaultScores(_state.Days, _state.Quality);
        int[] served = [.. _state.Served.Where(content.Models.ContainsKey)];
        if (served.Length > 0)
            _versions = new ModelVersions(_state.All, served, content.Models, Math.Max(2, settings.Tuning.VersionsKept));
        else if (_state.Served.Count > 0)
            _lost = "the weights of the version that served cannot be read; another is trained when there are more labels";
        _loaded = true;
    }

    private void Shrink(long nowMs)
    {
        HashSet<long>? needed = null;
        var gone = _kept.Shrink(number =>
        {
            needed ??= [.. _book.All.Where(r => !r.Undone && r.Fault is not (null or FaultClass.None)).SelectMany(r => LabelTally.Numbers(r, settings, nowMs))
                .SelectMany(n => Enumerable.Range(0, IFaultPredictor.PastIntervals + 1).Select(back => n - back))];
            return needed.Contains(number);
        });
        archive.Remove(gone);
    }

    private void Learn(ClosedInterval closed, IReadOnlyList<LabelRecord> changed, long nowMs)
    {
        if (_versions is null)
        {
            TrainFirst();
            return;
        }
        if (closed.Number - _state.Base > MostIntervals)
        {
            say($"interval {closed.Number} is not learned from: it is {MostIntervals} intervals after the first");
            return;
        }
        var before = (_versions.All.Count, _versions.Serving, _versions.All[^1].Verdict);
        _tuning ??= Begin(_versions);
        foreach (var record in changed)
        {
            foreach (var number in LabelTally.Numbers(record, settings, nowMs).Where(n => n < closed.Number - settings.SettleIntervals))
                _tuning.Relabel(number, new NodeKey(record.Cluster, record.Node), _kept);
        }
        if (!_tuning.TryStep(closed, _kept, _figures))
            _tuning = Begin(_versions);
        if (before != (_versions.All.Count, _versions.Serving, _versions.All[^1].Verdict))
            Save();
        else if (closed.Number % settings.SettleIntervals == 0)
            archive.Save(_state = State());
    }

    private LiveTuning Begin(ModelVersions versions) => new(versions, _state.Base, _kept, Rule, settings);

    private void TrainFirst()
    {
        var labels = _labels.Where(c => c.Class is not (null or FaultClass.None)).Sum(c => c.Intervals);
        if (LabelTally.Missing(_labels, settings) is not null || labels < _state.TriedLabels * MoreLabels || TrainingSet.Build(_kept, Rule, settings) is not { } set)
            return;
        // Noted first: a training that ends the process must not do so again and again.
        archive.Save(_state = _state with { TriedLabels = labels });
        var predictor = new FtMoePredictor(settings.Model with { OnlineTuning = false });
        predictor.Fit(set.History.Until(set.Validation.End), set.Train, set.Validation, unchecked((int)settings.Seed));
        var (loss, prior) = set.Check(predictor);
        if (!(loss < prior))
        {
            say($"the first fault model was refused: on labels that it did not learn its loss is {loss:F3}, and {prior:F3} of one that knows only how frequent each class is; tried again with a quarter more labels");
            return;
        }
        var start = set.Numbers[0];
        var trained = new IntervalRange((int)(set.Numbers[set.Train.First] - start), (int)(set.Numbers[set.Validation.End - 1] - start) + 1);
        _versions = new ModelVersions(predictor.Model, Math.Max(2, settings.Tuning.VersionsKept), trained, (int)(set.Numbers[^1] - start) + 1, ModelSource.Site);
        _state = _state with { TriedLabels = 0, Base = start, Days = _figures.Days };
        _lost = null;
        say($"fault model version 1: {labels} labelled faulty host-intervals; loss {loss:F3} on labels that it did not learn, {prior:F3} of one that knows only how frequent each class is");
        Save();
    }

    private bool RollBack()
    {
        if (_versions is null)
            return false;
        var next = (int)((_kept.Newest?.Number ?? _state.Base) - _state.Base) + 1;
        if (_tuning is null ? !_versions.RollBack(next) : !_tuning.Tuner.RollBack(next))
            return false;
        Save();
        return true;
    }

    private void Save()
    {
        foreach (var number in _versions!.Served.Where(n => !_state.Served.Contains(n)))
            archive.Save(_versions.Models[number], _versions.All[number - 1]);
        archive.Save(_state = State());
    }

    private StoredModels State()
    {
        _figures.Keep(_versions!.Served);
        return _state with { All = [.. _versions.All], Served = [.. _versions.Served], Days = [.. _figures.Days], Quality = _figures.Quality };
    }

    private ServedModel? Served() => _versions is { } v && v.All[v.Serving - 1].Source == ModelSource.Site ? new ServedModel(v.Serving, v.Model, WhyNotAct(v)) : null;

    /// <summary>An action may rest on it only if it learned from real labels, of which there are enough, and its words came true: <see cref="VersionQuality"/>.</summary>
    private string? WhyNotAct(ModelVersions versions) =>
        versions.All[versions.Serving - 1].Source != ModelSource.Site ? "its weights come from the simulator"
            : LabelTally.Missing(_labels, settings) is { } missing ? $"too few labels: {missing}"
            : _figures.Of(versions.Serving).WhyNot();

    private string? Why() => _versions is { } v
        ? v.All[v.Serving - 1].Source == ModelSource.Site ? null : "its weights come from the simulator, and such never serve"
        : _lost ?? (LabelTally.Missing(_labels, settings) is { } missing ? $"too few labels: {missing}"
            : _state.TriedLabels > 0 ? "the first training was refused: it was no better than how frequent each class is" : "it is about to be trained");

    private FaultStatus Status()
    {
        var (record, challenge) = (_tuning?.Tuner.Record, _tuning?.Tuner.Challenge);
        return new FaultStatus(
            Served()?.Version ?? 0, Why(), Served() is { WhyNot: null }, _versions is null ? "no model serves" : WhyNotAct(_versions), _versions is { } v ? [.. v.All] : [], _versions is { } w ? [.. w.Earlier] : [],
            record is null ? [] : [.. record.Awake], record?.Inputs ?? 0, record?.Unwanted ?? 0, _labels, [.. _figures.Days],
            challenge is var (version, contest)
                ? new ContestView(version.Number, _versions!.Serving, contest.Intervals, settings.Tuning.ContestIntervals, contest.Labels, contest.Faults, contest.ChallengerLoss, contest.ChampionLoss) : null,
            _state.Base, _kept.Count, _kept.Newest?.Number ?? 0, Served() is { } served ? _figures.Of(served.Version) : null);
    }
}
