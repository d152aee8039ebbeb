namespace Tocsin.Actors.Simulation;

/// <summary>Unwinds to the simulator from wherever a member is crashed in the middle of a step; no actor may catch it.</summary>
internal sealed class SimulatedCrash(SimulatedMember member) : Exception("a simulated crash: not to be caught")
{
    public SimulatedMember Member => member;
}

/// <summary>An invariant did not hold, a run did not end, or two runs of one seed differed.</summary>
/// <param name="seed">Runs it again.</param>
public sealed class SimulationFailedException(ulong seed, string message, Exception? inner = null) : Exception(message, inner)
{
    public ulong Seed => seed;
}
