namespace Tocsin.Actors.Runtime;

/// <summary>A port over asynchronous code: HTTP clients, databases, processes. The code runs on the pool, never in the asking actor's turn.</summary>
/// <param name="maxInFlight">At least 1; what is asked beyond it fails at once with <see cref="PortBusyException"/>.</param>
/// <param name="run">Its token is cancelled when the limit passed or the actor stopped waiting; what it throws becomes the answer's error.</param>
public sealed class AsyncPort<TRequest, TReply>(string name, int maxInFlight, Func<TRequest, CancellationToken, Task<TReply>> run)
    : IPort<TRequest, TReply>
{
    private readonly int _maxInFlight = maxInFlight >= 1 ? maxInFlight : throw new ArgumentOutOfRangeException(nameof(maxInFlight), maxInFlight, "1 or more");
    private int _inFlight;

    public string Name => name;

    public int InFlight => Volatile.Read(ref _inFlight);

    public void Start(TRequest request, IPortCall<TReply> call)
    {
        if (call is IPendingCall { Simulated: true })
            throw new InvalidOperationException($"port {name} runs tasks: under simulation a simulated port stands in its place");
        if (Interlocked.Increment(ref _inFlight) > _maxInFlight)
        {
            Interlocked.Decrement(ref _inFlight);
            call.Fail(new PortBusyException($"port {name} has {_maxInFlight} requests under way, its maximum"));
            return;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Port.RunAsync(work.Request, work.Call), new Work(this, request, call), preferLocal: false);
    }

    private async Task RunAsync(TRequest request, IPortCall<TReply> call)
    {
        try
        {
            call.Succeed(await run(request, call.Abandoned));
        }
        catch (Exception e)
        {
            call.Fail(e);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private readonly record struct Work(AsyncPort<TRequest, TReply> Port, TRequest Request, IPortCall<TReply> Call);
}
