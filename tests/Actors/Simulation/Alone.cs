using Tocsin.Actors.Simulation;

namespace Tocsin.ActorTests.Simulation;

/// <summary>A scenario in two lambdas.</summary>
internal sealed class Alone(Action<World, SimulatedMember> start, Func<World, bool> done) : Scenario
{
    private World? _world;

    public override bool Done => _world is not null && done(_world);

    public override void Begin(World world) => _world = world;

    public override void Start(World world, SimulatedMember member) => start(world, member);
}
