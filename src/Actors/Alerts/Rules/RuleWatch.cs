using System.Globalization;
using Tocsin.Actors.Alerts.Findings;
using Tocsin.Actors.Alerts.Words;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Rules;

/// <summary>Holds one node's frames against the rules. Only event time: the same frames give the same findings.</summary>
public sealed class RuleWatch
{
    /// <summary>A value that is missing this long is no ground for a finding any more.</summary>
    public static readonly TimeSpan Forget = TimeSpan.FromMinutes(15);

    /// <summary>A rate is not taken to have held for longer than this.</summary>
    private const long MaxStepMs = 10 * 60_000;

    private readonly RuleSet _rules;
    private readonly Dictionary<string, RuleState> _states;

    /// <param name="states">As they were stored; those of rules that are no more are left out, and what they had found is over with the next frame.</param>
    public RuleWatch(RuleSet rules, IEnumerable<RuleState>? states = null)
    {
        _rules = rules;
        _states = (states ?? []).ToDictionary(s => s.Rule, StringComparer.Ordinal);
    }

    public IReadOnlyCollection<RuleState> States => _states.Values;

    /// <summary>The node is another one than before (booted, repaired, new name): what it once showed says nothing.</summary>
    public void Renew()
    {
        foreach (var state in _states.Values)
            (state.Reference, state.Last) = (double.NaN, double.NaN);
    }

    /// <returns>What is new: findings that begin, go on differently, or are over.</returns>
    public IReadOnlyList<Finding> Step(FindingContext context, Frame frame) => Step(context, frame.TimeMs, frame.Metrics, frame.Values, null);

    /// <param name="row">The frame, in the columns of <paramref name="metrics"/>; NaN = missing.</param>
    /// <param name="devices">Per column which device it speaks of now, null = the node; null = unknown for all.</param>
    /// <returns>What is new: findings that begin, go on differently, or are over.</returns>
    public IReadOnlyList<Finding> Step(FindingContext context, long timeMs, MetricSchema metrics, ReadOnlySpan<float> row, IReadOnlyList<string?>? devices)
    {
        List<Finding>? told = null;
        foreach (var rule in _rules.Rules)
        {
            var column = metrics.IndexOf(rule.Metric);
            var value = column < 0 ? double.NaN : row[column];
            if (!_states.TryGetValue(rule.Name, out var state))
            {
                if (double.IsNaN(value))
                    continue;
                _states.Add(rule.Name, state = new RuleState { Rule = rule.Name });
            }
            var reading = new Reading(timeMs, value, column < 0 ? "" : metrics.Metrics[column].Unit, column < 0 ? null : devices?[column]);
            if (One(rule, state, context, reading) is { } finding)
                (told ??= []).Add(finding);
        }
        if (_states.Count > _rules.Rules.Count)
            DropForeign(timeMs, ref told);
        return told ?? (IReadOnlyList<Finding>)[];
    }

    private static Finding? One(Rule rule, RuleState state, FindingContext context, Reading reading)
    {
        var known = !double.IsNaN(reading.Value);
        var nowMs = reading.TimeMs;
        var holds = known ? Holds(rule.Condition, state, reading.Value, nowMs)
            : state.TrueSinceMs is not null && nowMs - state.LastMs < (long)Forget.TotalMilliseconds && StillCounts(rule.Condition, state, nowMs);
        if (known)
            (state.Last, state.LastMs) = (reading.Value, nowMs);
        state.TrueSinceMs = holds ? state.TrueSinceMs ?? nowMs : null;
        var active = state.TrueSinceMs is { } since && nowMs - since >= (long)rule.For.TotalMilliseconds;
        if (!active)
        {
            if (state.Sent is not { } over)
                return null;
            state.Sent = null;
            return SentFinding.Over(over, nowMs);
        }
        if (state.Sent is { } sent && !SentFinding.IsDue(sent, context, 0, nowMs))
            return null;
        return state.Sent = Tell(rule, state, context, reading);
    }

    private static bool Holds(RuleCondition condition, RuleState state, double value, long nowMs)
    {
        switch (condition)
        {
            case RuleCondition.Above above:
                return value > above.Limit;
            case RuleCondition.Below below:
                return value < below.Limit;
            case RuleCondition.Gained gained:
                state.Reference = double.IsNaN(state.Reference) ? value : Math.Min(state.Reference, value);
                return value >= state.Reference + gained.AtLeast;
            case RuleCondition.Lost lost:
                state.Reference = double.IsNaN(state.Reference) ? value : Math.Max(state.Reference, value);
                return value <= state.Reference - lost.AtLeast;
            case RuleCondition.Increase increase:
                if (value > 0 && state.LastMs > 0)
                    Add(state, nowMs, value * Math.Clamp(nowMs - state.LastMs, 0, MaxStepMs) / 1000);
                return StillCounts(increase, state, nowMs);
            case RuleCondition.ChangedTo changed:
                var code = (long)Math.Round(Math.Clamp(value, int.MinValue, int.MaxValue));
                if (!double.IsNaN(state.Last) && value != state.Last && changed.Meanings.ContainsKey(code))
                    (state.Code, state.ChangedMs) = (code, nowMs);
                return StillCounts(changed, state, nowMs);
            default:
                throw new InvalidOperationException($"no such condition: {condition}");
        }
    }

    /// <summary>What happened is still within its time.</summary>
    private static bool StillCounts(RuleCondition condition, RuleState state, long nowMs)
    {
        switch (condition)
        {
            case RuleCondition.Increase increase:
                state.Increases.RemoveAll(i => nowMs - i.AtMs >= (long)increase.Within.TotalMilliseconds);
                // A rate is a single-precision number: one event in 15 s, times 15 s, is 0.99999997 events.
                return state.Increases.Sum(i => i.By) >= 0.999 * increase.AtLeast;
            case RuleCondition.ChangedTo changed:
                return state.ChangedMs > 0 && nowMs - state.ChangedMs < (long)changed.Within.TotalMilliseconds;
            default:
                return true;
        }
    }

    private static void Add(RuleState state, long nowMs, double by)
    {
        var list = state.Increases;
        list.Add((nowMs, by));
        if (list.Count > RuleState.MaxIncreases)
        {
            list[0] = (list[0].AtMs, list[0].By + list[1].By);
            list.RemoveAt(1);
        }
    }

    private static Finding Tell(Rule rule, RuleState state, FindingContext context, Reading reading)
    {
        var (value, was) = rule.Condition switch
        {
            RuleCondition.Increase => (RawUnits.Digits(Math.Round(state.Increases.Sum(i => i.By))), ""),
            RuleCondition.ChangedTo => (state.Code.ToString(CultureInfo.InvariantCulture), ""),
            RuleCondition.Gained or RuleCondition.Lost => (RawUnits.Value(state.Last, reading.Unit), RawUnits.Value(state.Reference, reading.Unit)),
            _ => (RawUnits.Value(state.Last, reading.Unit), ""),
        };
        var window = rule.Condition switch
        {
            RuleCondition.Increase i => RawUnits.Span((long)i.Within.TotalMilliseconds),
            RuleCondition.ChangedTo c => RawUnits.Span((long)c.Within.TotalMilliseconds),
            _ => RawUnits.Span((long)rule.For.TotalMilliseconds),
        };
        var meaning = rule.Condition is RuleCondition.ChangedTo codes ? codes.Meanings.GetValueOrDefault(state.Code, "") : "";
        var says = Fill(rule.Says, ("value", value), ("was", was), ("window", window), ("meaning", meaning), ("device", reading.Device is null ? "" : $" ({SafeText.Line(reading.Device, 48)})"));
        return new Finding
        {
            Node = context.Node,
            Source = FindingSource.Rule,
            Rule = rule.Name,
            Kind = rule.Kind,
            Job = context.Job,
            JobNodes = context.JobNodes,
            SegmentStartMs = context.SegmentStartMs,
            SinceMs = state.Sent?.SinceMs ?? state.TrueSinceMs!.Value,
            AtMs = reading.TimeMs,
            Says = SafeText.Line(says, 400),
            AtLeast = rule.Severity,
            // Its own 'for' is over.
            HoldMs = 0,
        };
    }

    /// <summary>In one pass: what is filled in is never looked at for places.</summary>
    private static string Fill(string says, params (string Place, string Text)[] places)
    {
        var text = new System.Text.StringBuilder();
        for (var at = 0; at < says.Length;)
        {
            var place = says[at] == '{' ? Array.Find(places, p => says.AsSpan(at + 1).StartsWith(p.Place + "}", StringComparison.Ordinal)) : default;
            text.Append(place.Place is null ? says[at].ToString() : place.Text);
            at += place.Place is null ? 1 : place.Place.Length + 2;
        }
        return text.ToString();
    }

    private void DropForeign(long nowMs, ref List<Finding>? told)
    {
        foreach (var state in _states.Values.Where(s => _rules.Rules.All(r => r.Name != s.Rule)).ToList())
        {
            if (state.Sent is { } sent)
                (told ??= []).Add(SentFinding.Over(sent, nowMs));
            _states.Remove(state.Rule);
        }
    }

    private readonly record struct Reading(long TimeMs, double Value, string Unit, string? Device);
}
