using System.Diagnostics;

namespace Tocsin.Integration;

internal static class Waiting
{
    /// <summary>Looks again and again until it happened.</summary>
    /// <exception cref="TimeoutException">It did not within <paramref name="limit"/> (90 s if none is given).</exception>
    public static async Task ForAsync(Func<Task<bool>> happened, string what, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await happened())
        {
            if (clock.Elapsed > (limit ?? TimeSpan.FromSeconds(90)))
                throw new TimeoutException($"{what}: did not happen within {limit ?? TimeSpan.FromSeconds(90)}");
            await Task.Delay(50);
        }
    }

    public static Task ForAsync(Func<bool> happened, string what, TimeSpan? limit = null) => ForAsync(() => Task.FromResult(happened()), what, limit);
}
