using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>Which nodes are expected to fail, by whose word, and whose fault it is.</summary>
public sealed partial class SupervisorShard
{
    /// <summary>Before so many failures were seen no input can be said to be better than another.</summary>
    private const double EnoughFailures = 5;

    private readonly OpenQuestions _questions = new();

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
        if (_questions.Weigh(now, n => _state.Nodes.GetValueOrDefault(n)?.FailedMs ?? 0, knowledge.Brier, knowledge.Inputs))
            _state.Learn();
        var baseRate = 1 - Math.Exp(-_options.Horizon.TotalSeconds / knowledge.Learned.NodeMtbfS);
        foreach (var node in picture.Nodes.Values)
        {
            if (!_state.Nodes.TryGetValue(node.Name, out var row) || row.Health == Checkpointing.States.NodeHealth.Down)
                continue;
            var alert = suspects.GetValueOrDefault(node.Name);
            var said = RiskInputs.Of(baseRate, alert, _inputs.Read(row.Node), row.Health, knowledge.States, _inputs.Outlook(row.Node, now), _options.Horizon.TotalSeconds);
            _questions.Ask(node.Name, now, horizonMs, said);
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
