using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Simulation;

/// <summary>A port whose every request's fate is drawn when it is made, and happens by events in virtual time.</summary>
internal sealed class SimulatedPort<TRequest, TReply>(
    World world, SimulatedMember member, string name, Func<TRequest, TReply> effect, PortFaults faults) : IPort<TRequest, TReply>
{
    private readonly int _life = member.Life;
    private TimeSpan _lastEffect;

    public string Name => name;

    private bool Alive => member.Up && member.Life == _life;

    public void Start(TRequest request, IPortCall<TReply> call)
    {
        var fate = world.DrawUnit();
        var failBefore = Under(ref fate, faults.FailBefore);
        var failAfter = Under(ref fate, faults.FailAfter);
        var silent = Under(ref fate, faults.Silent);
        var never = failBefore || (silent && world.Draw(2) == 0);
        var lingers = world.DrawUnit() < faults.Linger;
        At(lingers, () =>
        {
            var result = never ? new PortResult<TReply>(faults.Failure($"port {name}: failed, nothing happened")) : Happen(request);
            if (failAfter)
                result = new PortResult<TReply>(faults.Failure($"port {name}: failed, though it happened"));
            if (!silent && Alive)
                AnswerLater(call, result);
        });
        if (!never && world.DrawUnit() < faults.Duplicate)
            At(lingers, () => Happen(request));
    }

    private static bool Under(ref double fate, double share)
    {
        var hit = fate >= 0 && fate < share;
        fate -= share;
        return hit;
    }

    private void At(bool lingers, Action act)
    {
        var due = world.Now + world.DrawSpan(faults.MaxDelay);
        if (faults.InOrder && due < _lastEffect)
            due = _lastEffect;
        _lastEffect = due;
        world.At(due, $"port {name}", () =>
        {
            if (Alive || lingers)
                act();
        });
    }

    private PortResult<TReply> Happen(TRequest request)
    {
        try
        {
            return new(effect(request));
        }
        catch (Exception e) when (e is Tocsin.Shared.TocsinException || world.Expects(e))
        {
            return new(e);
        }
    }

    private void AnswerLater(IPortCall<TReply> call, PortResult<TReply> result)
    {
        world.At(world.Now + world.DrawSpan(faults.MaxDelay), $"port {name} answers", () =>
        {
            if (!Alive)
                return;
            if (result.IsSuccess)
                call.Succeed(result.Value);
            else
                call.Fail(result.Error!);
        });
    }
}
