namespace Tocsin.Actors.Simulation;

/// <summary>What is simulated: the actors of each member, and the world outside that outlives them (its fields: stores, logs, clients).
/// Made anew for every run, so that nothing of one run reaches the next.</summary>
public abstract class Scenario
{
    public virtual int Members => 1;

    /// <summary>True when all that should come has come. Asked after every step.</summary>
    public abstract bool Done { get; }

    /// <summary>The world outside, once, before any member starts: clients that send by <see cref="World.After"/>.</summary>
    public virtual void Begin(World world)
    {
    }

    /// <summary>Makes a member's actors on what the world outside kept; at first and after each of its crashes.</summary>
    public abstract void Start(World world, SimulatedMember member);

    /// <summary>What must hold after every step; throws where it does not.</summary>
    public virtual void Check()
    {
    }

    /// <summary>What must hold at the end; throws where it does not.</summary>
    public virtual void CheckEnd()
    {
    }

    /// <summary>True for what an actor may throw here. Anything else that one throws fails the run: supervision would only hide it.</summary>
    public virtual bool Expects(Exception failure) => false;
}
