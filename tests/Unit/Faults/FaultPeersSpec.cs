using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Peers;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Unit.Faults;

public class FaultPeersSpec
{
    private static readonly PeerBudget Short = new() { Epochs = 2, Trees = 6 };

    public static TheoryData<string> Names => [.. FaultPeers.All(Short).Select(p => p.Name).Where(n => !n.StartsWith("FT-MoE", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_peer_gives_distributions_and_the_same_ones_for_the_same_seed(string name)
    {
        var history = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 260, Seed = 3 }).Cause;
        float[] Scores()
        {
            var peer = FaultPeers.All(Short).Single(p => p.Name == name);
            peer.Fit(history.Until(240), new IntervalRange(0, 200), new IntervalRange(200, 240), seed: 4);
            var scores = new float[16 * 5];
            for (var t = 241; t < 260; t++)
            {
                peer.Predict(new PastView(history, t), scores);
                for (var h = 0; h < 16; h++)
                    Assert.Equal(1f, scores.AsSpan(h * 5, 5).ToArray().Sum(), 1e-3f);
                Assert.All(scores, s => Assert.InRange(s, 0f, 1f));
            }
            return scores;
        }

        Assert.Equal(Scores(), Scores());
    }

    [Fact]
    public void Trees_find_what_no_single_border_tells()
    {
        // Faulty when exactly one of two columns was high in the last interval.
        var history = new FaultHistory(hosts: 8, features: 2, classes: 3);
        var random = new SeededRandom(9);
        float[] last = new float[16];
        for (var t = 0; t < 500; t++)
        {
            float[] now = [.. Enumerable.Range(0, 16).Select(_ => random.NextFloat())];
            history.Add(new HostInterval(8, 2, now, []));
            for (var h = 0; h < 8; h++)
                history.SetLabel(t, h, last[2 * h] > 0.5f ^ last[(2 * h) + 1] > 0.5f ? FaultClass.Ram : FaultClass.None);
            last = now;
        }
        var trees = FaultPeers.All(new PeerBudget { Trees = 40 }).Single(p => p.Name == "gbdt");
        trees.Fit(history.Until(450), new IntervalRange(1, 400), new IntervalRange(400, 450), seed: 1);
        Assert.InRange(FaultTrial.Ask(trees, history, new IntervalRange(450, 500), observes: false).At(0.5f).Accuracy, 0.93, 1);
    }

    [Fact]
    public void Persistence_repeats_the_last_label_that_has_come()
    {
        var history = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 60, Seed = 3 }).Cause;
        var peer = FaultPeers.All(Short).Single(p => p.Name == "persistence");
        peer.Fit(history.Until(50), new IntervalRange(0, 40), new IntervalRange(40, 50), seed: 1);
        var scores = new float[16 * 5];
        peer.Predict(new PastView(history, 55), scores);
        for (var h = 0; h < 16; h++)
            Assert.True(scores[(h * 5) + (int)history.Label(54 - WorkloadGenerator.CauseDelay, h)!] > 0.99f);
    }

    /// <summary>The gradient of sum(w * h') along each input against a central difference.</summary>
    [Fact]
    public unsafe void The_gated_unit_knows_its_way_back()
    {
        const int rows = 3, n = 5;
        var random = new SeededRandom(2);
        ParameterSet parameters = new([new("x", rows, 3 * n, false), new("u", rows, 3 * n, false), new("h", rows, n, false)]);
        foreach (ref var value in parameters.Block)
            value = random.NextFloat(-1, 1);
        var weights = Enumerable.Range(0, rows * n).Select(_ => random.NextFloat(-1, 1)).ToArray();
        var gradients = new AlignedBuffer(parameters.Length);
        var tape = new Tape(KernelTable.Of(SimdPaths.Chosen));
        double Loss(bool backward)
        {
            tape.Begin(parameters, gradients.Pointer);
            var y = GruOp.Apply(tape, tape.Parameter(0), tape.Parameter(1), tape.Parameter(2));
            double sum = 0;
            tape.Need(y);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    sum += weights[(i * n) + j] * y.Row(i)[j];
                    y.GradRow(i)[j] = weights[(i * n) + j];
                }
            }
            if (backward)
                tape.Backward();
            return sum;
        }

        Loss(backward: true);
        var exact = gradients.Span.ToArray();
        for (var p = 0; p < 3; p++)
        {
            for (var i = 0; i < parameters.Shapes[p].Length; i++)
            {
                ref var at = ref parameters.Block[parameters.OffsetOf(p) + i];
                const float step = 1e-2f;
                at += step;
                var up = Loss(backward: false);
                at -= 2 * step;
                var down = Loss(backward: false);
                at += step;
                Assert.Equal((up - down) / (2 * step), exact[parameters.OffsetOf(p) + i], 2e-3f);
            }
        }
    }
}
