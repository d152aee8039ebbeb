using System.Collections.Concurrent;
using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Shards;

/// <summary>A port that does what the script says for its next calls, then what the real one does.</summary>
internal sealed class ScriptedPort<TRequest, TReply>(IPort<TRequest, TReply> real) : IPort<TRequest, TReply>
{
    private readonly ConcurrentQueue<Action<TRequest, IPortCall<TReply>>> _script = new();

    public ConcurrentQueue<TRequest> Asked { get; } = new();

    public string Name => real.Name;

    public void Next(Action<TRequest, IPortCall<TReply>> act) => _script.Enqueue(act);

    public void Answers(TReply reply) => Next((_, call) => call.Succeed(reply));

    /// <summary>The deed is done; the answer is another one.</summary>
    public void HappensButAnswers(TReply reply) => Next((request, call) => real.Start(request, new Instead(() => call.Succeed(reply))));

    public void Start(TRequest request, IPortCall<TReply> call)
    {
        Asked.Enqueue(request);
        if (_script.TryDequeue(out var act))
            act(request, call);
        else
            real.Start(request, call);
    }

    public void Forward(TRequest request, IPortCall<TReply> call) => real.Start(request, call);

    private sealed class Instead(Action answer) : IPortCall<TReply>
    {
        public CancellationToken Abandoned => default;

        public bool Succeed(TReply reply)
        {
            answer();
            return true;
        }

        public bool Fail(Exception cause) => Succeed(default!);
    }
}
