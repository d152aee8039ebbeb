using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Inference.Tensors;

namespace Tocsin.Daemon.Benches.FaultServing;

/// <summary>Tunings of the fault model that the daemon serves one after another, on a thread such as the learner's: what a daemon does for seconds each few hours, without a break.</summary>
internal sealed class TuningLoad : IDisposable
{
    private const int Intervals = 10;

    private readonly FaultModelSettings _settings = new();
    private readonly FaultModel _model;
    private readonly List<RememberedInterval> _labelled;
    private readonly ManualResetEventSlim _wanted = new();
    private volatile bool _over;
    private volatile bool _busy;
    private long _done;

    /// <param name="hosts">Of an interval.</param>
    public TuningLoad(int hosts)
    {
        const int features = LiveFeatures.Count;
        var options = _settings.Model;
        var scaling = new InputScaling(new float[features], [.. Enumerable.Repeat(1f, features)], new float[features], [.. Enumerable.Repeat(1f, features)]);
        var input = new HostInput(scaling, FaultModelSettings.Classes);
        _model = new FaultModel(MoeModel.Create(options.ShapeFor(input, FaultModelSettings.Classes, features), 1), scaling, Calibration.None, input.Intervals, FaultModelSettings.Classes);
        var random = new SeededRandom(1);
        _labelled = [.. Enumerable.Range(0, Intervals).Select(t => Made(t, hosts, input.Columns, random))];
        new Thread(Work) { IsBackground = true, Name = "tocsin-tuning" }.Start();
    }

    /// <summary>Tunings that have ended.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>A tuning is under way.</summary>
    public bool Busy => _busy;

    public void Go() => _wanted.Set();

    /// <summary>The one that is under way goes on to its end.</summary>
    public void Rest() => _wanted.Reset();

    public void Dispose()
    {
        _over = true;
        _wanted.Set();
    }

    private void Work()
    {
        ThreadPriorities.LowerThis();
        var plan = new ExpertPlan([.. Enumerable.Range(0, _model.Model.Shape.Experts)], []);
        for (ulong seed = 1; ; seed++)
        {
            _wanted.Wait();
            if (_over)
                return;
            _busy = true;
            ExpertTuning.Run(_model, plan, _labelled, _settings.Model.Losses, _settings.Tuning, seed);
            Interlocked.Increment(ref _done);
            _busy = _wanted.IsSet;
        }
    }

    private static RememberedInterval Made(int target, int hosts, int columns, SeededRandom random)
    {
        var inputs = new float[hosts * columns];
        foreach (ref var value in inputs.AsSpan())
            value = random.NextFloat(-1, 1);
        int[] labels = [.. Enumerable.Range(0, hosts).Select(_ => random.NextInt(50) == 0 ? 1 + random.NextInt(4) : 0)];
        AgedEdge[] edges = [.. Enumerable.Range(0, hosts - 1).Select(h => new AgedEdge(new HostEdge(h, h + 1, EdgeKind.Switch, 1), 0))];
        return new RememberedInterval(target, inputs, edges, labels) { Labelled = true };
    }
}
