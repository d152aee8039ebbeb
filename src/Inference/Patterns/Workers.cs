namespace Tocsin.Inference.Patterns;

internal static class Workers
{
    /// <summary>Runs <paramref name="work"/> once for each of 0..count-1, each on a thread of its own; the calling thread is one of them.</summary>
    public static void Run(int count, Action<int> work)
    {
        if (count == 1)
        {
            work(0);
            return;
        }
        var others = new Task[count - 1];
        for (var w = 1; w < count; w++)
        {
            var worker = w;
            others[w - 1] = Task.Factory.StartNew(() => work(worker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        work(0);
        Task.WaitAll(others);
    }

    /// <summary>Runs <paramref name="work"/> for each item 0..items-1, each once, in no order.</summary>
    public static void ForEach(int items, int threads, Action<int> work)
    {
        var next = -1;
        Run(Math.Max(1, Math.Min(threads, items)), _ =>
        {
            for (int item; (item = Interlocked.Increment(ref next)) < items;)
                work(item);
        });
    }
}
