namespace Tocsin.Checkpointing.States;

/// <summary>Stored: the numbers never change.</summary>
public enum NodeHealth
{
    Healthy = 0,

    /// <summary>Its score is above the threshold, or a rule has fired, for a moment.</summary>
    Degraded = 1,

    /// <summary>An alert by its own fault is open.</summary>
    Failing = 2,

    /// <summary>The scheduler says so.</summary>
    Down = 3,
}

/// <summary>A node stayed in a state and left it.</summary>
/// <param name="Signal">-log10 of the transition's probability; null where it is usual.</param>
public readonly record struct Transition(NodeHealth From, NodeHealth To, double StayedS, double? Signal);

/// <summary>Eq. 3 of the paper, P(s' | s), learned from history: a Markov chain in continuous time, since states last seconds or months. Rates are
/// transitions over time spent, with a prior of half a transition of each sort in a year of health or a day of doubt; rare transitions are a signal of their own.</summary>
public sealed partial class NodeStateModel
{
    private const int States = 4;
    private const double PriorCount = 0.5;

    /// <summary>By state: nodes are well for months, and doubtful for hours.</summary>
    private static readonly double[] PriorS = [300 * 86_400.0, 86_400, 86_400, 86_400];

    /// <summary>Below this share of a state's leavings a transition is rare.</summary>
    private const double Rare = 0.02;

    /// <summary>Leavings of a state before any of them can be called rare.</summary>
    private const double Enough = 50;

    private readonly double[,] _counts = new double[States, States];
    private readonly double[] _spentS = new double[States];

    public Transition Observe(NodeHealth from, NodeHealth to, double stayedS)
    {
        var leavings = Leavings(from);
        var share = (_counts[(int)from, (int)to] + PriorCount) / (leavings + (PriorCount * (States - 1)));
        _spentS[(int)from] += Math.Max(0, stayedS);
        if (from != to)
            _counts[(int)from, (int)to]++;
        return new Transition(from, to, stayedS, from != to && leavings >= Enough && share < Rare ? -Math.Log10(share) : null);
    }

    /// <summary>Transitions a second.</summary>
    public double Rate(NodeHealth from, NodeHealth to) =>
        from == to ? 0 : (_counts[(int)from, (int)to] + PriorCount) / (_spentS[(int)from] + PriorS[(int)from]);

    /// <summary>Chance to have been down at least once after <paramref name="aheadS"/> seconds, 0..1: the chain with "down" made a state that is not left, by
    /// uniformisation (Jensen 1953), the rest of the series below 1e-9.</summary>
    public double ChanceDown(NodeHealth now, double aheadS)
    {
        if (now == NodeHealth.Down)
            return 1;
        var most = 1e-12;
        for (var s = 0; s < States - 1; s++)
            most = Math.Max(most, Out(s));
        var share = new double[States];
        share[(int)now] = 1;
        // Long times as steps of a length that the series takes in few terms.
        var pieces = Math.Clamp((int)Math.Ceiling(most * aheadS / 20), 1, 10_000);
        for (var i = 0; i < pieces; i++)
            share = Advance(share, most, aheadS / pieces);
        return Math.Clamp(share[(int)NodeHealth.Down], 0, 1);
    }

    private double[] Advance(double[] share, double most, double seconds)
    {
        var (result, step, weight, left) = (new double[States], share, Math.Exp(-most * seconds), 1.0);
        for (var n = 0; left > 1e-12 && n < 200; n++)
        {
            for (var s = 0; s < States; s++)
                result[s] += weight * step[s];
            left -= weight;
            weight *= most * seconds / (n + 1);
            step = Jump(step, most);
        }
        return result;
    }

    private double[] Jump(double[] share, double most)
    {
        var next = new double[States];
        next[(int)NodeHealth.Down] = share[(int)NodeHealth.Down];
        for (var from = 0; from < States - 1; from++)
        {
            next[from] += share[from] * (1 - (Out(from) / most));
            for (var to = 0; to < States; to++)
                next[to] += share[from] * Rate((NodeHealth)from, (NodeHealth)to) / most;
        }
        return next;
    }

    private double Out(int from) => Enumerable.Range(0, States).Sum(to => Rate((NodeHealth)from, (NodeHealth)to));

    private double Leavings(NodeHealth from) => Enumerable.Range(0, States).Sum(to => _counts[(int)from, to]);
}
