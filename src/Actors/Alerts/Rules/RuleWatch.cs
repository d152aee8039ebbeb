using System.Globalization;
using Tocsin.Actors.Alerts.Findings;
using Tocsin.Actors.Alerts.Words;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Rules;

/// <summary>Holds one node's frames against the rules. Only event time: the same frames give the same findings.</summary>
/// <remarks>A frame costs one look a rule, and nothing is allocated as long as nothing is found: what a finding says is asked for apart.</remarks>
public sealed class RuleWatch
{
    /// <summary>A value that is missing this long is no ground for a finding any more.</summary>
    public static readonly TimeSpan Forget = TimeSpan.FromMinutes(15);

    /// <summary>A rate is not taken to have held for longer than this.</summary>
    private const long MaxStepMs = 10 * 60_000;

    private readonly RuleSet _rules;

    /// <summary>By rule; null = its metric was never there.</summary>
    private readonly RuleState?[] _states;

    /// <summary>Found by rules that are no more.</summary>
    private readonly List<Finding> _foreign = [];
    private MetricSchema? _metrics;
    private int[] _columns = [];

    /// <param name="states">As they were stored; those of rules that are no more are left out, and what they had found is over with the next frame.</param>
    public RuleWatch(RuleSet rules, IEnumerable<RuleState>? states = null)
    {
        (_rules, _states) = (rules, new RuleState?[rules.Rules.Count]);
        foreach (var state in states ?? [])
        {
            var at = rules.IndexOf(state.Rule);
            if (at >= 0)
                _states[at] = state;
            else if (state.Sent is { } sent)
                _foreign.Add(sent);
        }
    }

    /// <summary>What is to be stored. What rules that are no more had found is over with the first frame, which is stored with what it says.</summary>
    public IReadOnlyCollection<RuleState> States => [.. _states.OfType<RuleState>(), .. _foreign.Select(f => new RuleState { Rule = f.Rule, Sent = f })];

    /// <summary>The node is another one than before (booted, repaired, new name): what it once showed says nothing.</summary>
    public void Renew()
    {
        foreach (var state in _states)
        {
            if (state is not null)
                (state.Reference, state.Last) = (double.NaN, double.NaN);
        }
    }

    /// <summary>Takes a frame in.</summary>
    /// <param name="row">In the columns of <paramref name="metrics"/>, and maybe longer; NaN = missing.</param>
    /// <returns>Whether anything is found, or was until now: then <see cref="Tell"/> is to be asked before the next frame.</returns>
    public bool Look(long timeMs, MetricSchema metrics, ReadOnlySpan<float> row)
    {
        if (!ReferenceEquals(metrics, _metrics))
            (_metrics, _columns) = (metrics, _rules.ColumnsOf(metrics));
        var any = _foreign.Count > 0;
        for (var i = 0; i < _columns.Length; i++)
        {
            var value = _columns[i] < 0 ? float.NaN : row[_columns[i]];
            var state = _states[i];
            if (state is null)
            {
                if (float.IsNaN(value))
                    continue;
                _states[i] = state = new RuleState { Rule = _rules.Rules[i].Name };
            }
            Take(_rules.Rules[i].Condition, state, value, timeMs);
            any |= state.Sent is not null || IsDue(_rules.Rules[i], state, timeMs);
        }
        return any;
    }

    /// <param name="timeMs">Of the frame that <see cref="Look"/> took in last.</param>
    /// <param name="devices">Per column which device it speaks of now, null = the node; null = unknown for all.</param>
    /// <returns>What is new: findings that begin, go on differently, or are over.</returns>
    public IReadOnlyList<Finding> Tell(FindingContext context, long timeMs, IReadOnlyList<string?>? devices)
    {
        var told = new List<Finding>();
        for (var i = 0; i < _states.Length; i++)
        {
            if (_states[i] is not { } state)
                continue;
            if (IsDue(_rules.Rules[i], state, timeMs))
            {
                if (state.Sent is { } sent && !SentFinding.IsDue(sent, context, 0, timeMs))
                    continue;
                var column = _columns[i];
                told.Add(state.Sent = Say(_rules.Rules[i], state, context, new Reading(timeMs, column < 0 ? "" : _metrics!.Metrics[column].Unit, column < 0 ? null : devices?[column])));
            }
            else if (state.Sent is { } over)
            {
                state.Sent = null;
                told.Add(SentFinding.Over(over, timeMs));
            }
        }
        told.AddRange(_foreign.Select(f => SentFinding.Over(f, timeMs)));
        _foreign.Clear();
        return told;
    }

    /// <summary><see cref="Look"/> and <see cref="Tell"/>.</summary>
    public IReadOnlyList<Finding> Step(FindingContext context, long timeMs, MetricSchema metrics, ReadOnlySpan<float> row, IReadOnlyList<string?>? devices) =>
        Look(timeMs, metrics, row) ? Tell(context, timeMs, devices) : [];

    public IReadOnlyList<Finding> Step(FindingContext context, Frame frame) => Step(context, frame.TimeMs, frame.Metrics, frame.Values, null);

    private static void Take(RuleCondition condition, RuleState state, float value, long nowMs)
    {
        var known = !float.IsNaN(value);
        var holds = known ? Holds(condition, state, value, nowMs)
            : state.TrueSinceMs is not null && nowMs - state.LastMs < (long)Forget.TotalMilliseconds && StillCounts(condition, state, nowMs);
        if (known)
            (state.Last, state.LastMs) = (value, nowMs);
        state.TrueSinceMs = holds ? state.TrueSinceMs ?? nowMs : null;
    }

    /// <summary>It holds, and for long enough.</summary>
    private static bool IsDue(Rule rule, RuleState state, long nowMs) => state.TrueSinceMs is { } since && nowMs - since >= (long)rule.For.TotalMilliseconds;

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
                Drop(state.Increases, nowMs - (long)increase.Within.TotalMilliseconds);
                // A rate is a single-precision number: one event in 15 s, times 15 s, is 0.99999997 events.
                return Sum(state.Increases) >= 0.999 * increase.AtLeast;
            case RuleCondition.ChangedTo changed:
                return state.ChangedMs > 0 && nowMs - state.ChangedMs < (long)changed.Within.TotalMilliseconds;
            default:
                return true;
        }
    }

    private static void Add(RuleState state, long nowMs, double by)
    {
        var list = state.Increases ??= [];
        list.Add((nowMs, by));
        if (list.Count > RuleState.MaxIncreases)
        {
            list[0] = (list[0].AtMs, list[0].By + list[1].By);
            list.RemoveAt(1);
        }
    }

    /// <summary>Oldest first, so that those at the front go.</summary>
    private static void Drop(List<(long AtMs, double By)>? increases, long untilMs)
    {
        var over = 0;
        while (over < increases?.Count && increases[over].AtMs <= untilMs)
            over++;
        if (over > 0)
            increases!.RemoveRange(0, over);
    }

    private static double Sum(List<(long AtMs, double By)>? increases)
    {
        var sum = 0.0;
        for (var i = 0; i < increases?.Count; i++)
            sum += increases[i].By;
        return sum;
    }

    private static Finding Say(Rule rule, RuleState state, FindingContext context, Reading reading)
    {
        var (value, was) = rule.Condition switch
        {
            RuleCondition.Increase => (RawUnits.Digits(Math.Round(Sum(state.Increases))), ""),
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
        var says = Fill(rule.Says, ("value", value), ("was", was), ("window", window), ("meaning", meaning), ("device", reading.Device is null ? "" : $" ({DeviceText.Of(rule.Metric, reading.Device)})"));
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
            Says = OneLine.Of(says, 400),
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

    private readonly record struct Reading(long TimeMs, string Unit, string? Device);
}
