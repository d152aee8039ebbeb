using System.Collections.Concurrent;
using Tocsin.Actors.Runtime;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>The learner behind a port, on a thread of its own that gives way to all others: a training takes minutes, and nobody waits for it but the model itself.</summary>
/// <remarks>The queue needs no bound of its own: its actor asks one thing at a time. A learner that threw what is no trouble of the disk may be half changed: it is dropped, and
/// the next one begins from the archive.</remarks>
public sealed class LearnerPort : IPort<LearnInput, LearnAnswer>, IDisposable
{
    private readonly BlockingCollection<(LearnInput Input, IPortCall<LearnAnswer> Call)> _waiting = [];
    private readonly Func<FaultLearner> _new;

    public LearnerPort(Func<FaultLearner> learner)
    {
        _new = learner;
        new Thread(Work) { IsBackground = true, Name = "tocsin-faults" }.Start();
    }

    public string Name => "fault learner";

    public void Start(LearnInput request, IPortCall<LearnAnswer> call)
    {
        try
        {
            _waiting.Add((request, call));
        }
        catch (InvalidOperationException)
        {
            call.Fail(new ObjectDisposedException(Name));
        }
    }

    /// <summary>Does not wait for a training that is under way: what it has come to so far is lost, and what it learned from is still there.</summary>
    public void Dispose() => _waiting.CompleteAdding();

    private void Work()
    {
        ThreadPriorities.LowerThis();
        FaultLearner? learner = null;
        foreach (var (input, call) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                learner ??= _new();
                call.Succeed(learner.Step(input));
            }
            catch (Exception e)
            {
                if (e is not TocsinException)
                    learner = null;
                call.Fail(e);
            }
        }
    }
}
