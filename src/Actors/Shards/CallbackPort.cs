using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Shards;

/// <summary>A port over what calls back once, on a thread of its own, and never fails otherwise; the callback only posts to a mailbox.</summary>
internal sealed class CallbackPort<TRequest, TReply>(string name, Action<TRequest, Action<TReply>> start) : IPort<TRequest, TReply>
{
    public string Name => name;

    public void Start(TRequest request, IPortCall<TReply> call) => start(request, reply => call.Succeed(reply));
}
