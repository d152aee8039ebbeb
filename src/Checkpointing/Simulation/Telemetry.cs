using Tocsin.Checkpointing.Learning;

namespace Tocsin.Checkpointing.Simulation;

/// <summary>A stretch in which a node's metrics leave their usual band, before a failure or for nothing.</summary>
internal readonly record struct Excursion(int Node, double FromS, double ToS, double Height);

/// <summary>Metrics of nodes at a steady rhythm: eight values, noise that remembers, and three of them that rise before most failures, and sometimes for nothing.</summary>
/// <param name="Shown">Share of failures that announce themselves.</param>
/// <param name="Harmless">Excursions that no failure follows, for each failure.</param>
public sealed record Telemetry(FailureTrace Trace, double Shown = 0.8, double Harmless = 0.5)
{
    public const int Metrics = 8;
    public const double CadenceS = 300;

    /// <summary>A warning is right if the node fails within this.</summary>
    public const double HorizonS = 3600;

    private const int Rising = 3;

    /// <summary>Frame by frame in time, nodes in turn. The label is whether the node fails within the horizon. A node in repair has no frames.</summary>
    public void Play(int seed, Action<double, int, double[], bool> see)
    {
        var random = new Random(seed);
        var excursions = Excursions(random).ToLookup(e => e.Node);
        var failures = Trace.Failures.ToLookup(f => f.Node);
        var (state, frame) = (new double[Trace.Nodes, Metrics], new double[Metrics]);
        for (var at = CadenceS; at < Trace.HorizonS; at += CadenceS)
        {
            for (var node = 0; node < Trace.Nodes; node++)
            {
                var (fails, away) = (false, false);
                foreach (var f in failures[node])
                {
                    fails |= f.AtS > at && f.AtS <= at + HorizonS;
                    away |= f.AtS <= at && f.RepairedS > at;
                }
                var rise = 0.0;
                foreach (var e in excursions[node])
                {
                    if (e.FromS <= at && at <= e.ToS)
                        rise = Math.Max(rise, e.Height * (at - e.FromS) / (e.ToS - e.FromS));
                }
                for (var m = 0; m < Metrics; m++)
                {
                    state[node, m] = (0.8 * state[node, m]) + (0.6 * FailureLaw.Normal(random));
                    frame[m] = state[node, m] + (m < Rising ? rise : 0);
                }
                if (!away)
                    see(at, node, frame, fails);
            }
        }
    }

    private IEnumerable<Excursion> Excursions(Random random)
    {
        foreach (var failure in Trace.Failures)
        {
            if (random.NextDouble() < Shown)
                yield return new Excursion(failure.Node, failure.AtS - 900 - (2700 * random.NextDouble()), failure.AtS, 3 + (2 * random.NextDouble()));
        }
        for (var left = Draws.Poisson(random, Trace.Failures.Count * Harmless); left > 0; left--)
        {
            var from = random.NextDouble() * Trace.HorizonS;
            yield return new Excursion(random.Next(Trace.Nodes), from, from + 900 + (2700 * random.NextDouble()), 2 + (2 * random.NextDouble()));
        }
    }
}

/// <summary>The candidates for the failure probability, learning while they are asked, and what each said of each frame.</summary>
public sealed class InputContest(int seed)
{
    public const string Mlp = "mlp", Equation1 = "equation 1", Score = "score", BaseRate = "base rate";

    private const double Prior = 0.005;

    private readonly OnlineMlp _mlp = new(Telemetry.Metrics, 12, Prior, seed);
    private readonly OnlineMlp _line = new(Telemetry.Metrics, 0, Prior, seed);
    private double _frames = 200, _failing = 1;

    public BrierBook Book { get; } = new();

    /// <summary>Says before it is told. The anomaly score is not taught: mean absolute value, 1.5 half as likely as not.</summary>
    public IReadOnlyDictionary<string, double> Step(double[] frame, bool fails)
    {
        var said = new Dictionary<string, double>
        {
            [Mlp] = _mlp.Learn(frame, fails),
            [Equation1] = _line.Learn(frame, fails),
            [Score] = 1 / (1 + Math.Exp(-6 * (frame.Average(Math.Abs) - 1.5))),
            [BaseRate] = _failing / _frames,
        };
        (_frames, _failing) = (_frames + 1, _failing + (fails ? 1 : 0));
        foreach (var (input, p) in said)
            Book.Add(input, p, fails);
        return said;
    }
}
