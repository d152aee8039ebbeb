using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Inference.Faults.Tuning;

/// <summary>What a tuning did, for the plot of experts over time.</summary>
/// <param name="Interval">The one that was predicted next.</param>
/// <param name="Experts">Of the challenger.</param>
public sealed record TuningEvent(int Interval, int Version, int Experts, int Added, int Removed, long Unwanted, IReadOnlyList<long> Awake);

/// <summary>Keeps a model in tune with labels that come late: remembers what was predicted, tunes a challenger every so often, lets it predict beside the champion, and
/// has it serve once it was better on labels that came after its tuning data. Pure state: no clock, no thread, no file.</summary>
/// <remarks>Order of calls for each interval: <see cref="Observe"/> (labels), then <see cref="Predict"/>. Tuning runs inside Observe; who must not wait calls it elsewhere and
/// serves from <see cref="ModelVersions.Model"/> meanwhile.</remarks>
public sealed class OnlineTuner
{
    private readonly TuningOptions _options;
    private readonly MoeLossWeights _losses;
    private readonly TuningMemory _memory;
    private readonly List<TuningEvent> _events = [];
    private readonly ulong _seed;
    private ModelServing _champion;
    private ModelServing? _challenger;
    private RoutingRecord? _challengerRecord;
    private ModelVersion? _challenging;
    private Contest _contest;
    private RoutingRecord _record;
    private int _predicted;

    /// <summary>What the next tuning goes on from, and what its gate did; null: the champion.</summary>
    private (int Number, FaultModel Model, RoutingRecord Record)? _learner;

    /// <param name="trained">The intervals that the first version learned from.</param>
    public OnlineTuner(FaultModel first, MoeLossWeights losses, TuningOptions options, int hosts, IntervalRange trained, ulong seed)
        : this(new ModelVersions(first, options.VersionsKept, trained, trained.End), losses, options, hosts, seed)
    {
    }

    /// <summary>Goes on with the versions that there are; what was predicted before is not remembered.</summary>
    public OnlineTuner(ModelVersions versions, MoeLossWeights losses, TuningOptions options, int hosts, ulong seed)
    {
        (_options, _losses, _seed) = (options, losses, seed);
        _memory = new TuningMemory(Math.Max(options.LeastIntervals, Math.Min(options.Window, options.MostRows / Math.Max(1, hosts))));
        Versions = versions;
        (_contest, _record) = (new Contest(options), RecordOf(versions.Model));
        _champion = Serve(versions.Model, _record);
    }

    public ModelVersions Versions { get; }

    public IReadOnlyList<TuningEvent> Events => _events;

    /// <summary>The version that predicts beside the serving one, and how the two do so far; null: none does.</summary>
    public (ModelVersion Version, Contest Contest)? Challenge => _challenging is { } challenging ? (challenging, _contest) : null;

    /// <summary>Of the serving model in the present window.</summary>
    public RoutingRecord Record => _record;

    public void Predict(PastView past, Span<float> scores)
    {
        _champion.Predict(past, scores);
        var edges = _champion.Edges(past).ToArray();
        var remembered = new RememberedInterval(past.Target, _champion.Inputs.ToArray(), edges, new int[past.Hosts]) { Champion = scores.ToArray() };
        Array.Fill(remembered.Labels, -1);
        if (_challenger is { } challenger)
        {
            (remembered.Challenger, remembered.ChallengerNumber) = (new float[scores.Length], _challenging!.Number);
            challenger.Predict(past, remembered.Challenger);
        }
        _memory.Add(remembered);
        _predicted++;
    }

    public void Observe(PastView past)
    {
        Label(past);
        if (_challenging is null && _predicted >= _options.Every)
            Tune(past.Target);
    }

    /// <summary>A label that came, or changed, after its interval was settled: later tunings learn it. A contest that counted the interval keeps what it counted.</summary>
    public void Relabel(int interval, int host, FaultClass? label)
    {
        if (_memory.Find(interval) is not { } remembered)
            return;
        remembered.Labels[host] = label is { } known ? (int)known : -1;
        remembered.Labelled |= label is not null;
    }

    /// <summary>The version before serves again; a contest under way ends without a winner.</summary>
    public bool RollBack(int now)
    {
        if (!Versions.RollBack(now))
            return false;
        if (_challenging is { } open)
            Versions.Judge(open.Number, _challenger!.Model, _contest, Verdict.Rejected, now);
        (_challenger, _challengerRecord, _challenging, _learner) = (null, null, null, null);
        Crown(Versions.Model);
        return true;
    }

    private void Label(PastView past)
    {
        if (past.LastLabelled < 0 || _memory.Find(past.LastLabelled) is not { } interval)
            return;
        for (var h = 0; h < past.Hosts; h++)
        {
            interval.Labels[h] = past.Label(interval.Target, h) is { } label ? (int)label : -1;
            interval.Labelled |= interval.Labels[h] >= 0;
        }
        if (_challenging is not { } challenging || interval.ChallengerNumber != challenging.Number)
            return;
        _contest.Add(interval.Champion, interval.Challenger, interval.Labels, past.Classes);
        var verdict = _contest.Decide();
        if (verdict == Verdict.Open)
            return;
        var (model, record) = (_challenger!.Model, _challengerRecord!);
        Versions.Judge(challenging.Number, model, _contest, verdict, past.Target);
        (_challenger, _challengerRecord, _challenging, _learner) = (null, null, null, null);
        if (verdict == Verdict.Promoted)
            Crown(model);
        else if (_options.GoesOn && _contest.ChallengerLoss <= _contest.ChampionLoss)
            _learner = (challenging.Number, model, record);
    }

    private void Tune(int now)
    {
        List<RememberedInterval> labelled = [.. _memory.All.Where(i => i.Labelled)];
        if (labelled.Count < _options.LeastIntervals || labelled.Sum(i => i.Labels.Count(l => l > 0)) < _options.LeastFaults)
            return;
        var (parent, model, record) = _learner ?? (Versions.Serving, Versions.Model, _record);
        var plan = ExpertPlan.Decide(record, _options.MostExperts);
        var tuned = ExpertTuning.Run(model, plan, labelled, _losses, _options, _seed + (ulong)Versions.All.Count);
        var removed = plan.Removed(record.Awake.Count);
        _challenging = Versions.Add(new IntervalRange(labelled[0].Target, labelled[^1].Target + 1), tuned.Model.Shape.Experts, plan.Added.Count, removed, parent);
        _events.Add(new TuningEvent(now, _challenging.Number, tuned.Model.Shape.Experts, plan.Added.Count, removed, record.Unwanted, [.. record.Awake]));
        var seen = _challengerRecord = RecordOf(tuned);
        (_challenger, _contest, _predicted) = (Serve(tuned, seen), new Contest(_options), 0);
        _record.Clear();
    }

    private void Crown(FaultModel model)
    {
        _record = RecordOf(model);
        _champion = Serve(model, _record);
    }

    private static ModelServing Serve(FaultModel model, RoutingRecord record) =>
        new(model) { OnGate = (_, state, active, wanted) => record.Add(state, active, wanted) };

    private static RoutingRecord RecordOf(FaultModel model) => new(model.Model.Shape.Experts, model.Model.Shape.Width);
}
