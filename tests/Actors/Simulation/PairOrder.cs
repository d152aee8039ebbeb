using Tocsin.Actors.Runtime;
using Tocsin.Actors.Simulation;

namespace Tocsin.ActorTests.Simulation;

/// <summary>Three senders number their messages to one receiver; a pair must keep its order, pairs are free.</summary>
internal sealed class PairOrder : Scenario
{
    private const int Senders = 3;
    private const int Each = 10;

    private readonly int[] _next = new int[Senders];

    public List<int> Order { get; } = [];

    public override bool Done => Order.Count == Senders * Each;

    public override void Start(World world, SimulatedMember member)
    {
        var receiver = member.System.ActorOf(Props.Create(() => new Scripted((_, message) =>
        {
            var (sender, number) = ((int, int))message;
            Assert.Equal(_next[sender]++, number);
            Order.Add(sender);
        })), "receiver");
        for (var s = 0; s < Senders; s++)
        {
            var sender = s;
            var actor = member.System.ActorOf(Props.Create(() => new Scripted((self, message) =>
            {
                receiver.Tell((sender, (int)message));
                if ((int)message + 1 < Each)
                    self.Me.Tell((int)message + 1);
            })), $"sender{s}");
            actor.Tell(0);
        }
    }
}
