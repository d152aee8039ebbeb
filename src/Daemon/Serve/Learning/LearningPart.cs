using System.Diagnostics.Metrics;
using Tocsin.Actors.Learning;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Learning;

/// <summary>Collects what shards take in, and learns from it on a thread that gives way to all others. Watching waits for neither.</summary>
internal sealed class LearningPart : IPart, IDisposable
{
    private static readonly TimeSpan DrainEvery = TimeSpan.FromMilliseconds(500);

    private readonly LearningOptions _options;
    private readonly Func<IStore> _store;
    private readonly LibraryShelf _shelf;
    private readonly Func<LogNodeSink?> _log;
    private readonly Func<AlertBudget?> _budget;
    private readonly OwnLog _say;
    private readonly TimeProvider _clock;
    private readonly string _folder;
    private readonly TapQueue _queue = new();
    private readonly LearnerCounts _counts = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _look = new(0);
    private readonly LearnerFile<List<StateSpan>> _spans;
    private readonly Corpus _corpus;
    private Collector? _collector;
    private Learner? _learner;
    private Task _collecting = Task.CompletedTask;

    /// <param name="budget">How many alerts the site wants, for the nodes that there are now.</param>
    public LearningPart(LearningOptions options, string data, Func<IStore> store, LibraryShelf shelf, Func<LogNodeSink?> log, Func<AlertBudget?> budget, OwnLog say, TimeProvider clock)
    {
        (_options, _store, _shelf, _log, _budget, _say, _clock) = (options, store, shelf, log, budget, say, clock);
        _folder = Path.Combine(data, "learning");
        _spans = new LearnerFile<List<StateSpan>>(Path.Combine(_folder, "states.json"), () => [], Say);
        _corpus = new Corpus(Path.Combine(_folder, "segments"), Say);
    }

    public string Name => "learning";

    public INodeTap Tap => _queue;

    /// <summary>What is kept; read from the start of this part on.</summary>
    public Corpus Kept => _corpus;

    public IReadOnlyList<Confirmation> Confirmations => _learner?.Confirmations ?? [];

    public void AddMeters(Meter meter) => _counts.AddTo(meter, _queue, _corpus);

    public Task StartAsync(CancellationToken stop)
    {
        _corpus.Open();
        var files = new OpenFiles(Path.Combine(_folder, "open"), _options.Collect.CadenceMs, Say);
        _collector = new Collector(_options.Collect, _corpus, files, new StateSpans(_spans.Load()));
        _queue.Wants = _collector.Wants;
        var state = new LearnerFile<LearnerState>(Path.Combine(_folder, "state.json"), () => LearnerState.New, Say);
        _learner = new Learner(_options, _corpus, _shelf, state, Catalogue.Default.Text, _log, _store, _counts, _budget, _say, _clock);
        _collecting = CollectAsync(_collector, _learner);
        new Thread(Learn) { IsBackground = true, Name = "tocsin-learning" }.Start();
        return Task.CompletedTask;
    }

    /// <summary>Does not wait for a training that is under way: what it has come to so far is lost, and the segments are still there.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        await _stop.CancelAsync();
        await _collecting.WaitAsync(limit);
        _collector?.SaveAll();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _look.Dispose();
    }

    private async Task CollectAsync(Collector collector, Learner learner)
    {
        using var timer = new PeriodicTimer(DrainEvery, _clock);
        var lookAt = _clock.GetUtcNow();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var states = false;
                while (_queue.Reader.TryRead(out var tapped))
                {
                    if (tapped is TappedFrame frame)
                        collector.Take(frame);
                    else if (tapped is TappedState state)
                        states |= collector.States.Add(state.State);
                }
                if (states)
                    _spans.Save([.. collector.States.All]);
                if (_clock.GetUtcNow() < lookAt)
                    continue;
                lookAt = _clock.GetUtcNow() + _options.LookEvery;
                Settle(collector, learner);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception defect)
        {
            _say.Error(Name, $"collecting ended: {defect}");
        }
    }

    private void Settle(Collector collector, Learner learner)
    {
        try
        {
            foreach (var over in collector.Settle(_store()))
            {
                if (over.Refused is null)
                    learner.Over(over.Row);
            }
        }
        catch (StoreException trouble)
        {
            Say($"what has ended cannot be asked for now: {trouble.Message}");
        }
        _counts.Looked(collector);
        if (_look.CurrentCount == 0)
            _look.Release();
    }

    private void Learn()
    {
        ThreadPriorities.LowerThis();
        try
        {
            while (true)
            {
                _look.Wait(_stop.Token);
                try
                {
                    _learner!.Look(_stop.Token);
                }
                catch (Exception trouble) when (trouble is StoreException or TocsinException && !_stop.IsCancellationRequested)
                {
                    Say(trouble.Message);
                }
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The store and the log may be gone by the time a training ends.
        }
        catch (Exception defect)
        {
            _say.Error(Name, $"learning ended: {defect}");
        }
    }

    private void Say(string line) => _say.Warning(Name, line);
}
