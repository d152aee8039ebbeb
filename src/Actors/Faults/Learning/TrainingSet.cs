using Tocsin.Actors.Faults.Intervals;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>The kept intervals as a history to train on, split by time into 60 % of the faults to learn, 20 % for choices and 20 % to be checked on. Where intervals are missing as many
/// absent ones stand in their place as a prediction looks back, so that nothing is read across the gap.</summary>
public sealed record TrainingSet(FaultHistory History, IReadOnlyList<long> Numbers, IntervalRange Train, IntervalRange Validation, IntervalRange Test)
{
    /// <summary>Host-intervals of a training: it takes some ten minutes of one core.</summary>
    private const long MostRows = 500_000;

    /// <returns>Null: there are too few intervals with faults to split.</returns>
    public static TrainingSet? Build(KeptIntervals kept, LabelRule rule, FaultModelSettings settings)
    {
        List<ClosedInterval> chosen = [];
        long rows = 0;
        foreach (var interval in kept.All.Reverse().TakeWhile(i => (rows += i.Nodes.Count) <= MostRows))
            chosen.Add(interval);
        chosen.Reverse();
        var hosts = new HostRows(chosen.SelectMany(i => i.Nodes).Distinct().Count());
        if (hosts.Capacity == 0)
            return null;
        var history = new FaultHistory(hosts.Capacity, LiveFeatures.Count, FaultModelSettings.Classes) { LabelDelay = settings.SettleIntervals };
        List<long> numbers = [];
        List<int> faults = [];
        foreach (var interval in chosen)
        {
            if (numbers.Count > 0 && interval.Number - numbers[^1] - 1 is > 0 and var missing)
                Skip((int)Math.Min(missing, IFaultPredictor.PastIntervals));
            hosts.Add(interval.Nodes);
            history.Add(hosts.Map(interval));
            numbers.Add(interval.Number);
            faults.Add(0);
            for (var i = 0; i < interval.Nodes.Count; i++)
            {
                var label = rule.Of(interval, i);
                history.SetLabel(history.Length - 1, hosts.Of(interval.Nodes[i]), label);
                faults[^1] += label is not (null or FaultClass.None) ? 1 : 0;
            }
        }
        int train = Reaches(0.6), validation = Reaches(0.8);
        return train < 2 || validation <= train || history.Length <= validation
            ? null
            : new TrainingSet(history, numbers, new IntervalRange(0, train), new IntervalRange(train, validation), new IntervalRange(validation, history.Length));

        void Skip(int count)
        {
            history.Skip(count);
            numbers.AddRange(Enumerable.Repeat(numbers[^1], count));
            faults.AddRange(Enumerable.Repeat(0, count));
        }

        int Reaches(double share)
        {
            var (wanted, sum) = (share * faults.Sum(), 0);
            for (var t = 0; t < faults.Count; t++)
            {
                if ((sum += faults[t]) >= wanted)
                    return t + 1;
            }
            return faults.Count;
        }
    }

    /// <summary>Mean negative log-likelihood on the part to be checked on, of a model, and of one that says of each host how often each class was in training.</summary>
    public (double Model, double Prior) Check(FtMoePredictor predictor)
    {
        var prior = new double[History.Classes];
        Array.Fill(prior, 1);
        foreach (var label in Labels(Train))
            prior[(int)label]++;
        double sum = prior.Sum(), model = 0, none = 0;
        long known = 0;
        var scores = new float[History.Hosts * History.Classes];
        for (var t = Test.First; t < Test.End; t++)
        {
            predictor.Predict(new PastView(History, t), scores);
            for (var h = 0; h < History.Hosts; h++)
            {
                if (History.Label(t, h) is not { } label)
                    continue;
                model -= Math.Log(Math.Max(scores[(h * History.Classes) + (int)label], 1e-6f));
                none -= Math.Log(prior[(int)label] / sum);
                known++;
            }
        }
        return known == 0 ? (0, 0) : (model / known, none / known);
    }

    private IEnumerable<FaultClass> Labels(IntervalRange range)
    {
        for (var t = range.First; t < range.End; t++)
        {
            for (var h = 0; h < History.Hosts; h++)
            {
                if (History.Label(t, h) is { } label)
                    yield return label;
            }
        }
    }
}
