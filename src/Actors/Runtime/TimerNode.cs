namespace Tocsin.Actors.Runtime;

/// <summary>What can wait in the timer heap. Where it ends up in a mailbox it lies there itself, as its own envelope's message.</summary>
internal abstract class TimerNode
{
    /// <summary>Since the system's start; set by the heap's owner.</summary>
    public TimeSpan Due;

    /// <summary>Equal times fire in the order in which they were set.</summary>
    public long Order;

    /// <summary>In the heap; -1 = not in it.</summary>
    public int Slot = -1;

    /// <summary>On the thread of the alarm, outside of any lock: may post, must not do more.</summary>
    public abstract void Fire();

    /// <summary>In the turn of the actor that it was posted to.</summary>
    /// <returns>False where it has been cancelled since.</returns>
    public virtual bool TryOpen(out object message) => throw new InvalidOperationException($"{GetType().Name} is no message");

    /// <summary>It lay in the mailbox of an actor that stopped.</summary>
    public virtual void Discard()
    {
    }
}
