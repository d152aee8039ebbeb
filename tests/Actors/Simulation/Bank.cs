using Tocsin.Actors.Runtime;
using Tocsin.Actors.Simulation;
using Tocsin.Shared;

namespace Tocsin.ActorTests.Simulation;

/// <summary>A client outside sends transfers again until they are acknowledged; the teller books them through a database port that delays,
/// fails before or after the deed, repeats it or says nothing; the process crashes. Each must be booked once, and no money made or lost.</summary>
internal sealed class Bank(bool remembersIds = true) : Scenario
{
    private const int Transfers = 12;
    private const int Each = 5;

    private static readonly PortFaults Faults = new() { FailBefore = 0.1, FailAfter = 0.1, Silent = 0.1, Duplicate = 0.2, Linger = 0.5 };

    // The database: what is here outlives every crash.
    private readonly int[] _accounts = [100, 100];
    private readonly HashSet<int> _booked = [];
    private readonly HashSet<int> _acknowledged = [];
    private IActorRef? _teller;

    public override bool Done => _acknowledged.Count == Transfers;

    public override void Begin(World world)
    {
        var client = world.Outside("client", TimeSpan.FromMilliseconds(50), message => _acknowledged.Add((int)message));
        for (var id = 0; id < Transfers; id++)
            Send(world, client, id);
    }

    public override void Start(World world, SimulatedMember member)
    {
        var database = member.Port<int, int>("database", id => Book(world, id), Faults);
        _teller = member.System.ActorOf(Props.Create(() => new Teller(database)), "teller");
    }

    public override void Check() => Assert.Equal(200, _accounts[0] + _accounts[1]);

    public override void CheckEnd() => Assert.Equal(100 - (Transfers * Each), _accounts[0]);

    private void Send(World world, IActorRef client, int id)
    {
        world.After(world.DrawSpan(TimeSpan.FromMilliseconds(500)), $"client sends {id}", () =>
        {
            if (_acknowledged.Contains(id))
                return;
            if (world.Members[0].Up)
                _teller!.Tell(id, client);
            Send(world, client, id);
        });
    }

    private int Book(World world, int id)
    {
        if (world.Draw(50) == 0)
            world.Members[0].Crash();
        if (!_booked.Add(id) && remembersIds)
            return id;
        _accounts[0] -= Each;
        _accounts[1] += Each;
        world.Note($"booked {id}: {_accounts[0]}");
        if (world.Draw(50) == 0)
            world.Members[0].Crash();
        return id;
    }

    private sealed class Teller(IPort<int, int> database) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case int id:
                    var client = Sender;
                    Context.Pipe(database, id, TimeSpan.FromSeconds(2), result => new Booked(client, result));
                    break;
                case Booked { Result.IsSuccess: true } booked:
                    booked.Client.Tell(booked.Result.Value);
                    break;
                case Booked { Result.Error: DependencyException or PortTimeoutException }:
                    // The client sends again.
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        private sealed record Booked(IActorRef Client, PortResult<int> Result);
    }
}
