namespace Tocsin.Actors.Runtime;

/// <summary>Threads of its own for the actors that name it: long handlers there delay nobody else.
/// The queue needs no bound of its own: an actor lies in it once at most.</summary>
/// <param name="lowPriority">The threads give way to all others (training); threads that their work starts inherit that on Linux.</param>
/// <param name="threads">At most, each begun when an actor would have to wait for one; 1 or more.</param>
public sealed class DedicatedThreadDispatcher(string name, bool lowPriority = false, int threads = 1) : Dispatcher(name)
{
    private readonly Queue<Mailbox> _waiting = new();
    private int _threads;
    private int _idle;
    private bool _shutdown;

    /// <summary>Small: a handler here runs for milliseconds to minutes, and its neighbours on the thread wait meanwhile.</summary>
    internal override int Throughput => 1;

    internal override void Schedule(Mailbox mailbox)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(mailbox);
            if (_waiting.Count > _idle && _threads < threads)
            {
                _threads++;
                new Thread(Work) { IsBackground = true, Name = $"tocsin-{Name}" }.Start();
            }
            Monitor.Pulse(_waiting);
        }
    }

    internal override void Shutdown()
    {
        lock (_waiting)
        {
            _shutdown = true;
            Monitor.PulseAll(_waiting);
        }
    }

    private void Work()
    {
        if (lowPriority)
            ThreadPriorities.LowerThis();
        while (true)
        {
            Mailbox next;
            lock (_waiting)
            {
                while (_waiting.Count == 0)
                {
                    if (_shutdown)
                    {
                        _threads--;
                        return;
                    }
                    _idle++;
                    Monitor.Wait(_waiting);
                    _idle--;
                }
                next = _waiting.Dequeue();
            }
            next.Execute();
        }
    }
}
