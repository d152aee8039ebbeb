using Tocsin.Actors.Runtime;
using Tocsin.Actors.Simulation;

namespace Tocsin.ActorTests.Simulation;

/// <summary>Two members want the same shard. Who was last to acquire it holds the newest epoch; each writes with the epoch it got, also when it
/// stood still meanwhile or died with a write under way. The store fences by epoch, or forgets to.</summary>
internal sealed class Zombies(bool fences) : Scenario
{
    private readonly List<(int Member, int Epoch)> _written = [];
    private int _epoch;

    public int Fenced { get; private set; }

    public override int Members => 2;

    public override bool Done => _written.Count >= 40;

    public override void Start(World world, SimulatedMember member)
    {
        var store = member.Port<int, bool>("store", epoch => Write(member, epoch), new() { MaxDelay = TimeSpan.FromMilliseconds(200), Linger = 0.5 });
        var acquire = member.Port<int, int>("acquire", _ => ++_epoch, new() { MaxDelay = TimeSpan.FromMilliseconds(200) });
        member.System.ActorOf(Props.Create(() => new Writer(store, acquire)), "shard");
    }

    public override void Check()
    {
        for (var i = 1; i < _written.Count; i++)
            Assert.True(_written[i].Epoch >= _written[i - 1].Epoch, $"{_written[i]} wrote after {_written[i - 1]}");
    }

    private bool Write(SimulatedMember member, int epoch)
    {
        if (epoch < _epoch && fences)
        {
            Fenced++;
            return false;
        }
        _written.Add((member.Index, epoch));
        return true;
    }

    private sealed class Writer(IPort<int, bool> store, IPort<int, int> acquire) : UntypedActor
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

        protected override void PreStart() => Timers.StartSingleTimer("acquire", "acquire", TimeSpan.FromMilliseconds(500));

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "acquire" or false:
                    Context.Pipe(acquire, 0, Limit, r => r.IsSuccess ? r.Value : "acquire");
                    break;
                case int epoch:
                    Context.Pipe(store, epoch, Limit, r => !r.IsSuccess ? "acquire" : r.Value ? epoch : false);
                    break;
            }
        }
    }
}
