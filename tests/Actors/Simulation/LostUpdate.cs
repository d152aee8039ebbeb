using Tocsin.Actors.Runtime;
using Tocsin.Actors.Simulation;

namespace Tocsin.ActorTests.Simulation;

/// <summary>Wrong on purpose: two actors each read a counter, then write it one higher. Right only where one has written before the other reads.</summary>
internal sealed class LostUpdate : Scenario
{
    private int _counter;
    private int _written;

    public override bool Done => _written == 2;

    public override void Start(World world, SimulatedMember member)
    {
        var counter = member.System.ActorOf(Props.Create(() => new Scripted((self, message) =>
        {
            if (message is int value)
            {
                _counter = value;
                _written++;
            }
            else
            {
                self.From.Tell(_counter);
            }
        })), "counter");
        for (var i = 0; i < 2; i++)
        {
            member.System.ActorOf(Props.Create(() => new Scripted((_, message) => counter.Tell((int)message + 1))
            {
                OnStart = _ => counter.Tell("read"),
            }), $"adder{i}");
        }
    }

    public override void CheckEnd() => Assert.Equal(2, _counter);
}
