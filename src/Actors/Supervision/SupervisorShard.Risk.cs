using System.Collections.Immutable;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>Which nodes are expected to fail, by whose word, and whose fault it is.</summary>
public sealed partial class SupervisorShard
{
    /// <summary>Before so many failures were seen no input can be said to be better than another.</summary>
    private const double EnoughFailures = 5;

    /// <summary>By node: the gravest open alert that is the node's own fault and rests on what was measured.</summary>
    private Dictionary<string, SuspicionRow> Suspects() => By(AlertCause.Node);

    private Dictionary<string, SuspicionRow> By(AlertCause cause)
    {
        var by = new Dictionary<string, SuspicionRow>(StringComparer.Ordinal);
        foreach (var row in _state.Suspicions.Values)
        {
            if (row.Cause != cause || !row.ByData || row.Severity == Severity.Info)
                continue;
            foreach (var node in row.Nodes)
            {
                if (!by.TryGetValue(node, out var known) || known.Severity < row.Severity)
                    by[node] = row;
            }
        }
        return by;
    }

    private void Warn(ClusterPicture picture, IReadOnlyDictionary<string, SuspicionRow> suspects, long now)
    {
        var (knowledge, horizonMs) = (_state.Knowledge, (long)_options.Horizon.TotalMilliseconds);
        var learner = Learner();
        if (_state.Questions.Weigh(now, n => _state.Nodes.GetValueOrDefault(n)?.FailedMs ?? 0, knowledge.Brier, knowledge.Inputs, learner.Mlp) is { } weighedTo)
        {
            _state.Learn();
            _state.Put(learner = learner with { WeighedToMs = Math.Max(learner.WeighedToMs, weighedTo) });
        }
        var frames = new RiskFrames(picture, _state, now);
        var baseRate = 1 - Math.Exp(-_options.Horizon.TotalSeconds / knowledge.Learned.NodeMtbfS);
        foreach (var node in picture.Nodes.Values)
        {
            if (!_state.Nodes.TryGetValue(node.Name, out var row) || row.Health == Checkpointing.States.NodeHealth.Down)
                continue;
            var alert = suspects.GetValueOrDefault(node.Name);
            var (reading, outlook) = (_inputs.Read(row.Node), _inputs.Outlook(row.Node, now));
            var frame = frames.Of(node, row, alert, reading, outlook);
            IReadOnlyList<(string Input, double Said)> said =
            [
                .. RiskInputs.Of(baseRate, alert, reading, row.Health, knowledge.States, outlook, _options.Horizon.TotalSeconds),
                (RiskInputs.Mlp, learner.Mlp.Predict(frame)),
            ];
            if (_state.Questions.Ask(node.Name, now, horizonMs, said, frame))
                _state.Asked(node.Name);
            var (input, probability) = Believed(said);
            var holds = row.Warning is { } w && w.UntilMs > now && now >= w.IssuedMs;
            if (alert is null && probability < _options.WarnAt && row.Warning is not null)
                _state.Put(row with { Warning = null });
            else if (!holds && probability >= _options.WarnAt)
                Issue(row, new Warning(_state.NewWarning(), now, now + horizonMs, probability, input));
            else if (!holds && row.Warning is not null)
                _state.Put(row with { Warning = null });
        }
    }

    /// <summary>Begun at the base rate of the site, with the same weights everywhere. A predictor that is begun anew inherits no name for what the last one said.</summary>
    private LearnerRow Learner()
    {
        if (_state.Learner is { } known)
            return known;
        var knowledge = _state.Knowledge;
        var rate = 1 - Math.Exp(-_options.Horizon.TotalSeconds / knowledge.Learned.NodeMtbfS);
        _state.Put(new LearnerRow(new OnlineMlp(RiskFrames.Inputs, LearnerRow.Hidden, Math.Clamp(rate, 1e-9, 0.5), 1), 0));
        knowledge.Brier.Begin(RiskInputs.Mlp);
        knowledge.Inputs.Remove(RiskInputs.Mlp);
        _state.Learn();
        return _state.Learner!;
    }

    /// <summary>Which input is believed of a node of which all speak.</summary>
    private ImmutableArray<InputStanding> Standings()
    {
        var (scores, words) = (_state.Knowledge.Brier.Scores, _state.Knowledge.Brier.Words);
        var best = _state.Knowledge.Learned.Failures >= EnoughFailures && scores.Count > 0 ? scores.OrderBy(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).First().Key : RiskInputs.First;
        return [.. scores.OrderBy(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Select(s => new InputStanding(s.Key, s.Value, words[s.Key], s.Key == best))];
    }

    private void Issue(NodeRow row, Warning warning)
    {
        _state.Put(row with { Warning = warning });
        _state.Knowledge.Learned.Predicted(Prediction(row, warning));
        _state.Learn();
    }

    /// <summary>The one with the least Brier score of those that speak, each by what its words were worth so far.</summary>
    private (string Input, double Probability) Believed(IReadOnlyList<(string Input, double Said)> said)
    {
        var knowledge = _state.Knowledge;
        var scores = knowledge.Learned.Failures >= EnoughFailures ? knowledge.Brier.Scores : null;
        var best = scores is null || scores.Count == 0
            ? said.FirstOrDefault(s => s.Input == RiskInputs.First)
            : said.OrderBy(s => scores.GetValueOrDefault(s.Input, 1)).ThenBy(s => s.Input, StringComparer.Ordinal).First();
        return (best.Input, knowledge.Inputs.TryGetValue(best.Input, out var calibration) ? calibration.Of(best.Said) : best.Said);
    }

    private static NodePrediction Prediction(NodeRow row, Warning warning) => new(warning.Id, row.Node, warning.IssuedMs, warning.IssuedMs, warning.UntilMs, warning.Confidence);

    /// <summary>Only what is the node's own fault drains or moves: an alert that says so, or a fault model that learned from this site where no alert says that it is
    /// somebody else's. A leaking job and a slow filesystem look like faults of a node, too.</summary>
    private bool MayMove(string node, Warning warning, SuspicionRow? alert) =>
        (alert is not null && Blame.Of(alert.Cause).Move) || (warning.Input == RiskInputs.Faults && !_state.Suspicions.Values.Any(s => s.Cause != AlertCause.Node && s.Nodes.Contains(node)));
}
