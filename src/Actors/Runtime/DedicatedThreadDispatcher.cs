namespace Tocsin.Actors.Runtime;

/// <summary>One thread of its own for the actors that name it (inference, training): long handlers there delay nobody else.
/// The queue needs no bound of its own: an actor lies in it once at most.</summary>
/// <param name="lowPriority">The thread gives way to all others (training); threads that its work starts inherit that on Linux.</param>
public sealed class DedicatedThreadDispatcher(string name, bool lowPriority = false) : Dispatcher(name)
{
    private readonly Queue<Mailbox> _waiting = new();
    private Thread? _thread;
    private bool _shutdown;

    /// <summary>Small: a handler here runs for milliseconds to minutes, and its neighbours on the thread wait meanwhile.</summary>
    internal override int Throughput => 1;

    internal override void Schedule(Mailbox mailbox)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(mailbox);
            if (_thread is null)
            {
                _thread = new Thread(Work) { IsBackground = true, Name = $"tocsin-{Name}" };
                _thread.Start();
            }
            Monitor.Pulse(_waiting);
        }
    }

    internal override void Shutdown()
    {
        lock (_waiting)
        {
            _shutdown = true;
            Monitor.Pulse(_waiting);
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
                        _thread = null;
                        return;
                    }
                    Monitor.Wait(_waiting);
                }
                next = _waiting.Dequeue();
            }
            next.Execute();
        }
    }
}
