using Tocsin.Actors.Faults;

namespace Tocsin.Daemon.Serve.Faults;

/// <summary>The fault model, for those who look at it and operate it. Any thread.</summary>
internal interface IFaultDesk
{
    /// <summary>Null: it is switched off.</summary>
    FaultModelSettings? Settings { get; }

    FaultBoardView View { get; }

    /// <summary>Samples that did not fit on their way to an interval.</summary>
    long Lost { get; }

    /// <summary>The version that served before serves again; waits for a training or tuning that is under way.</summary>
    /// <exception cref="Shared.DependencyException">It is still under way after the limit; it is done then all the same.</exception>
    Task<WentBack> GoBackAsync(CancellationToken stop);
}

/// <summary>It is switched off.</summary>
internal sealed class NoFaultDesk : IFaultDesk
{
    public FaultModelSettings? Settings => null;

    public FaultBoardView View { get; } = new FaultBoard().View;

    public long Lost => 0;

    public Task<WentBack> GoBackAsync(CancellationToken stop) => Task.FromResult(new WentBack(0, "there is no fault model: fault_model.enabled is false"));
}
