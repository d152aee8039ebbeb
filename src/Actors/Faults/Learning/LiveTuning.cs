using Tocsin.Actors.Faults.Intervals;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>The online tuner on live intervals: nodes come and go, intervals are missing, labels settle and are corrected later. One thread at a time.</summary>
/// <remarks>An interval's index in the history is its number less the base, also after a restart, so that what versions say of intervals stays true.</remarks>
public sealed class LiveTuning
{
    /// <summary>Of a host in a remembered interval: inputs, labels, predictions, some edges.</summary>
    private const int BytesOfRow = 1600;

    private readonly FaultModelSettings _settings;
    private readonly LabelRule _rule;
    private readonly long _base;
    private readonly HostRows _rows;
    private readonly FaultHistory _history;
    private readonly Queue<(long Number, int Version, float[] Scores)> _said = [];

    /// <param name="kept">Ends with the newest interval that the tuner is to know.</param>
    public LiveTuning(ModelVersions versions, long start, KeptIntervals kept, LabelRule rule, FaultModelSettings settings)
    {
        (_settings, _rule, _base) = (settings, rule, start);
        var newest = kept.Newest ?? throw new ArgumentException("no interval is kept", nameof(kept));
        _rows = HostRows.For(newest.Nodes.Count);
        _history = new FaultHistory(_rows.Capacity, LiveFeatures.Count, FaultModelSettings.Classes) { LabelDelay = settings.SettleIntervals };
        _rows.Add(newest.Nodes);
        var first = Math.Max(start, newest.Number - (2 * settings.SettleIntervals) + 1);
        _history.Skip((int)(first - start));
        for (var n = first; n <= newest.Number; n++)
        {
            if (kept.Find(n) is { } interval && _rows.Add(interval.Nodes))
                _history.Add(_rows.Map(interval));
            else
                _history.Skip(1);
        }
        var least = (settings.Tuning.LeastIntervals + settings.SettleIntervals + 1) * _rows.Capacity;
        var options = settings.Tuning with
        {
            Window = settings.Tuning.Window + settings.SettleIntervals,
            MostRows = (int)Math.Max(least, Math.Min(int.MaxValue, settings.MemoryBytes / 2 / BytesOfRow)),
        };
        Tuner = new OnlineTuner(versions, settings.Model.Losses, options, _rows.Capacity, settings.Seed);
    }

    public OnlineTuner Tuner { get; }

    /// <summary>The index of the interval that is predicted next.</summary>
    public int Next => _history.Length;

    /// <returns>False: it has no row left for one of the interval's nodes. Begin anew on what is kept.</returns>
    public bool TryStep(ClosedInterval interval, KeptIntervals kept, FaultScores figures)
    {
        var gap = interval.Number - _base - _history.Length;
        if (gap < 0)
            return true;
        if (!_rows.Add(interval.Nodes))
            return false;
        _history.Skip((int)gap);
        _history.Add(_rows.Map(interval));
        Settle(interval.Number - _settings.SettleIntervals, kept, figures);
        var past = new PastView(_history, _history.Length);
        Tuner.Observe(past);
        var scores = new float[_history.Hosts * _history.Classes];
        Tuner.Predict(past, scores);
        _said.Enqueue((interval.Number + 1, Tuner.Versions.Serving, scores));
        while (_said.Count > _settings.SettleIntervals + 2)
            _said.Dequeue();
        _history.Forget(_history.Length - (3 * _settings.SettleIntervals));
        return true;
    }

    /// <summary>A record came after its intervals were settled.</summary>
    public void Relabel(long number, Shared.NodeKey node, KeptIntervals kept)
    {
        if (kept.Find(number) is { } interval && kept.Place(number, node) is >= 0 and var place && _rows.Of(node) is >= 0 and var row && number - _base is >= 0 and <= int.MaxValue and var index)
            Tuner.Relabel((int)index, row, _rule.Of(interval, place));
    }

    private void Settle(long number, KeptIntervals kept, FaultScores figures)
    {
        if (kept.Find(number) is not { } interval || number < _base || number - _base >= _history.Length)
            return;
        var (_, version, scores) = _said.FirstOrDefault(s => s.Number == number);
        for (var i = 0; i < interval.Nodes.Count; i++)
        {
            var (label, row) = (_rule.Of(interval, i), _rows.Of(interval.Nodes[i]));
            if (row < 0)
                continue;
            _history.SetLabel((int)(number - _base), row, label);
            if (label is { } known && scores is not null)
                figures.Add(number * _settings.IntervalMs, version, known, scores.AsSpan(row * _history.Classes, _history.Classes));
        }
    }
}
