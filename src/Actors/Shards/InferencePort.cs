using System.Collections.Concurrent;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Shards;

/// <summary>Computes the windows of all shards, one batch at a time, on threads of its own: shards ask and go on with nothing until they are answered.</summary>
/// <remarks>The queue needs no bound of its own: a shard has one batch under way at most.</remarks>
public sealed class InferencePort : IPort<InferenceBatch, InferenceBatch>, IDisposable
{
    private readonly BlockingCollection<(InferenceBatch Batch, IPortCall<InferenceBatch> Call)> _waiting = [];
    private readonly BatchScorer _scorer;
    private readonly Thread _thread;
    private long _windows;
    private long _batches;

    /// <param name="threads">1 or more.</param>
    public InferencePort(int threads)
    {
        _scorer = new BatchScorer(threads);
        _thread = new Thread(Work) { IsBackground = true, Name = "tocsin-inference" };
        _thread.Start();
    }

    public string Name => "inference";

    public long Windows => Interlocked.Read(ref _windows);

    public long Batches => Interlocked.Read(ref _batches);

    public void Start(InferenceBatch request, IPortCall<InferenceBatch> call)
    {
        try
        {
            _waiting.Add((request, call));
        }
        catch (InvalidOperationException)
        {
            call.Fail(new ObjectDisposedException(Name));
        }
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        if (_thread.Join(TimeSpan.FromSeconds(10)))
            _scorer.Dispose();
    }

    private void Work()
    {
        foreach (var (batch, call) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                _scorer.Run(batch);
                Interlocked.Add(ref _windows, batch.Count);
                Interlocked.Increment(ref _batches);
                call.Succeed(batch);
            }
            catch (Exception e)
            {
                // The shard's to decide: it does the step again from what is stored.
                call.Fail(e);
            }
        }
    }
}
