using System.Diagnostics;

namespace Tocsin.Integration.Alerts;

internal static class Until
{
    /// <exception cref="TimeoutException">It did not become true within the limit.</exception>
    public static async Task TrueAsync(Func<Task<bool>> happened, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (!await happened())
        {
            if (clock.Elapsed > limit)
                throw new TimeoutException($"did not happen within {limit}");
            await Task.Delay(50);
        }
    }

    public static Task TrueAsync(Func<bool> happened, TimeSpan limit) => TrueAsync(() => Task.FromResult(happened()), limit);
}
