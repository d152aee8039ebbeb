using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults;

/// <summary>The latest outlook of every node: one reference, exchanged whole, so that readers never wait and never see half of one.</summary>
public sealed class OutlookBoard : IFaultOutlook
{
    private volatile Dictionary<NodeKey, FaultOutlook> _all = [];

    public FaultOutlook? Of(NodeKey node, long nowMs) => _all.TryGetValue(node, out var outlook) && nowMs < outlook.UntilMs ? outlook : null;

    /// <summary>Takes the place of all that was said before.</summary>
    public void Publish(IEnumerable<FaultOutlook> outlooks) => _all = outlooks.ToDictionary(o => o.Node);
}

/// <summary>The serving model on the newest intervals. One thread at a time.</summary>
public sealed class FaultForecast(FaultModelSettings settings)
{
    private ModelServing? _serving;

    /// <param name="recent">In order; the next interval after the last one is what is said. Others than the last few are not looked at.</param>
    /// <param name="holdsMs">For how long after that interval's end the words hold: until the next ones are there.</param>
    /// <returns>One of each node that was there in the newest interval.</returns>
    public IEnumerable<FaultOutlook> Run(ServedModel model, IReadOnlyList<ClosedInterval> recent, long holdsMs)
    {
        if (recent.Count == 0 || recent[^1].Nodes.Count == 0)
            return [];
        if (!ReferenceEquals(_serving?.Model, model.Model))
            _serving = new ModelServing(model.Model);
        var last = recent[^1];
        var rows = new HostRows(last.Nodes.Count);
        rows.Add(last.Nodes);
        var history = new FaultHistory(last.Nodes.Count, LiveFeatures.Count, FaultModelSettings.Classes) { LabelDelay = settings.SettleIntervals };
        for (var n = last.Number - IFaultPredictor.PastIntervals + 1; n <= last.Number; n++)
        {
            if (recent.FirstOrDefault(i => i.Number == n) is { } interval)
                history.Add(rows.Map(interval));
            else
                history.Skip(1);
        }
        var scores = new float[history.Hosts * history.Classes];
        _serving!.Predict(new PastView(history, history.Length), scores);
        var at = (last.Number + 1) * settings.IntervalMs;
        return [.. Enumerable.Range(0, last.Nodes.Count).Where(last.IsPresent).Select(Outlook)];

        FaultOutlook Outlook(int i)
        {
            float[] classes = scores[(i * history.Classes)..((i + 1) * history.Classes)];
            return new FaultOutlook(last.Nodes[i], at, at + settings.IntervalMs + holdsMs, model.Version, 1 - classes[0], classes, model.WhyNot is null, model.WhyNot);
        }
    }
}
