using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Simulation;

/// <summary>The dispatcher of one life of a member: keeps who is ready, and lets the seed choose which message comes next.</summary>
internal sealed class SimulatedDispatcher(World world, string member) : Dispatcher(Default)
{
    /// <summary>Messages further back in a mailbox are not looked at: a long queue must not make a step slow.</summary>
    private const int Sight = 64;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<Mailbox> _ready = [];
    private readonly HashSet<object> _pairs = [];
    private readonly List<(Envelope? Before, Envelope Envelope)> _firsts = [];
    private Mailbox? _running;

    public int Ready => _ready.Count;

    /// <summary>One message a step: between any two, anything else may happen.</summary>
    internal override int Throughput => 1;

    internal override bool Reorders => true;

    /// <summary>After a crash: what still points here points to nobody.</summary>
    public bool Dead { get; set; }

    public Mailbox At(int index) => _ready[index];

    public void Run(int index)
    {
        // The order in the list carries no meaning, so the hole is filled with the last.
        _running = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        world.Trace.Add(world.Now, _running, member);
        _running.Execute();
    }

    internal override void Schedule(Mailbox mailbox)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("under simulation everything happens on one thread; a message came from another");
        if (!Dead)
            _ready.Add(mailbox);
    }

    /// <summary>The first message of any sender: those of one pair keep their order, others overtake each other.
    /// Timers and answers of ports are pairs of their own.</summary>
    internal override Envelope TakeNext(ref EnvelopeQueue inbox)
    {
        if (inbox.First!.Next is null)
            return Noted(inbox.TakeFirst());
        _firsts.Clear();
        _pairs.Clear();
        Envelope? before = null;
        var seen = 0;
        for (var next = inbox.First; next is not null && seen < Sight; next = next.Next, seen++)
        {
            if (_pairs.Add(next.Message is TimerNode ? next : (object?)next.Sender ?? this))
                _firsts.Add((before, next));
            before = next;
        }
        var (behind, taken) = _firsts[_firsts.Count == 1 ? 0 : world.Draw(_firsts.Count)];
        return Noted(inbox.Take(behind, taken));
    }

    internal override bool Contains(Exception failure)
    {
        if (failure is SimulatedCrash)
            return false;
        world.OnActorFailed(((IActorRef)_running!).Path, failure);
        return true;
    }

    private Envelope Noted(Envelope taken)
    {
        world.Trace.Add(world.Now, (object?)taken.Sender ?? "nobody", taken.Message.GetType());
        return taken;
    }
}
