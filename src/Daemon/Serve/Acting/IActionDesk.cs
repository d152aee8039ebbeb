using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>What is decided and done, and what operators say of it. Any thread.</summary>
internal interface IActionDesk
{
    /// <summary>Null: nothing is decided here, or not yet.</summary>
    SupervisorView? View { get; }

    /// <summary>Null: nothing is decided here.</summary>
    SupervisorOptions? Options { get; }

    /// <summary>A node's own check was answered: what it is told may drain nodes here.</summary>
    void CheckAsked(long nowMs)
    {
    }

    /// <summary>Stored before it is answered.</summary>
    /// <exception cref="DependencyException">The log or the supervisor cannot be reached now.</exception>
    Task<ControlAnswer> SayAsync(OperatorSaid said, CancellationToken stop);
}

/// <summary>Nothing is decided here.</summary>
internal sealed class NoActions : IActionDesk
{
    internal const string Why = "nothing is decided here: actions.decide is off, or Slurm is not asked (slurm.nodes)";

    public static readonly NoActions One = new();

    public SupervisorView? View => null;

    public SupervisorOptions? Options => null;

    public Task<ControlAnswer> SayAsync(OperatorSaid said, CancellationToken stop) => Task.FromResult(new ControlAnswer(409, Why));
}
