using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Learning;

/// <summary>Computes batches on threads of its own. A residual depends on its own window and library alone, to the bit, whatever stands in the batch
/// beside it and however many threads there are. Allocates nothing once it has seen a batch's size and its libraries.</summary>
public sealed class BatchScorer : IDisposable
{
    /// <summary>Windows that a thread takes at once: few enough to share the work evenly, many enough that one model stays in its cache.</summary>
    private const int Block = 8;

    /// <summary>Libraries of which each thread keeps its scratch; versions come and go.</summary>
    private const int MostLibraries = 4;

    private readonly Crew _crew;
    private readonly Dictionary<ScoringLibrary, GroupResidual>[] _sources;
    private readonly Action<int> _work;
    private int[] _order = [];
    private long[] _keys = [];
    private InferenceBatch _batch = new();
    private int _next;

    /// <param name="threads">1 or more; the one that calls <see cref="Run"/> is one of them.</param>
    public BatchScorer(int threads)
    {
        _crew = new Crew(threads);
        Threads = threads;
        _sources = [.. Enumerable.Range(0, threads).Select(_ => new Dictionary<ScoringLibrary, GroupResidual>(ReferenceEqualityComparer.Instance))];
        _work = Work;
    }

    public int Threads { get; }

    /// <summary>Returns when all of the batch's residuals are there.</summary>
    public void Run(InferenceBatch batch)
    {
        if (batch.Count == 0)
            return;
        batch.Reserve();
        Order(batch);
        (_batch, _next) = (batch, 0);
        _crew.Run(Threads, _work);
    }

    public void Dispose() => _crew.Dispose();

    /// <summary>One model after the other: its weights are as large as a core's cache.</summary>
    private void Order(InferenceBatch batch)
    {
        if (_order.Length < batch.Count)
            (_order, _keys) = (new int[2 * batch.Count], new long[2 * batch.Count]);
        for (var i = 0; i < batch.Count; i++)
            (_order[i], _keys[i]) = (i, ((long)batch[i].Judge.Ordinal << 32) | (uint)i);
        Array.Sort(_keys, _order, 0, batch.Count);
    }

    private void Work(int worker)
    {
        var sources = _sources[worker];
        for (var first = Interlocked.Add(ref _next, Block) - Block; first < _batch.Count; first = Interlocked.Add(ref _next, Block) - Block)
        {
            for (var i = first; i < Math.Min(first + Block, _batch.Count); i++)
            {
                var scorer = _batch[_order[i]];
                SourceOf(sources, scorer.Library).Compute(scorer, _batch.Slot(_order[i]));
            }
        }
    }

    private static GroupResidual SourceOf(Dictionary<ScoringLibrary, GroupResidual> sources, ScoringLibrary library)
    {
        if (sources.TryGetValue(library, out var source))
            return source;
        if (sources.Count == MostLibraries)
            sources.Clear();
        return sources[library] = new GroupResidual(library.JudgeOf(-1).Packed, library.Library.Groups, library.Library.Window);
    }
}
