using System.Runtime.ExceptionServices;

namespace Tocsin.Inference.Tensors;

/// <summary>Threads that stay, so that handing them work thousands of times a second allocates nothing. Which thread takes which piece is
/// chance; results must depend on the piece alone.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _start = new(0);
    private readonly ManualResetEventSlim _done = new();
    private Action<int> _work = _ => { };
    private int _pieces, _next, _busy;
    private Exception? _failure;
    private bool _closed;

    /// <param name="threads">1 or more, the calling one among them.</param>
    public Crew(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _helpers = new Thread[threads - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = "learning" };
            _helpers[i].Start();
        }
    }

    /// <summary>Calls <paramref name="work"/> once for each of 0..pieces-1 and returns when all are done. Not to be called from within.</summary>
    public void Run(int pieces, Action<int> work)
    {
        if (_helpers.Length == 0 || pieces < 2)
        {
            for (var i = 0; i < pieces; i++)
                work(i);
            return;
        }
        (_work, _pieces, _next, _failure) = (work, pieces, 0, null);
        _busy = _helpers.Length;
        _done.Reset();
        _start.Release(_helpers.Length);
        Drain();
        _done.Wait();
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        if (_helpers.Length > 0)
            _start.Release(_helpers.Length);
        foreach (var helper in _helpers)
            helper.Join();
        _start.Dispose();
        _done.Dispose();
    }

    private void Help()
    {
        while (true)
        {
            _start.Wait();
            if (_closed)
                return;
            Drain();
            if (Interlocked.Decrement(ref _busy) == 0)
                _done.Set();
        }
    }

    private void Drain()
    {
        try
        {
            for (var i = Interlocked.Increment(ref _next) - 1; i < _pieces; i = Interlocked.Increment(ref _next) - 1)
                _work(i);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }
}
