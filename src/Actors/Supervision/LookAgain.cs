using Tocsin.Actors.Runtime;
using Tocsin.Inference.Tensors;

namespace Tocsin.Actors.Supervision;

/// <summary>When Slurm may be asked again about an action that its last answer did not bring on: at once the first time, then 1 s, 2 s ... 60 s apart. A Slurm that refuses, or
/// does not answer, is not pressed by each open action at every turn.</summary>
/// <remarks>In memory only: a new life asks each anew, once. The spread comes from the action's id, the epoch and the attempt, so that a run can be repeated, while actions, and
/// two lives, do not come in step.</remarks>
internal sealed class LookAgain
{
    private static readonly Backoff Pace = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), 0.2);

    /// <summary>The longest that any may have to wait: more than that ahead is a clock that was set back.</summary>
    private static readonly long MostMs = (long)(Pace.Max.TotalMilliseconds * (1 + Pace.Jitter));

    private readonly Dictionary<long, (int Asked, long NotBeforeMs)> _asked = [];

    /// <summary>Whether it may be asked about now; if so, it counts as asked.</summary>
    public bool May(long action, long epoch, long nowMs)
    {
        var (asked, notBefore) = _asked.GetValueOrDefault(action);
        if (nowMs < notBefore && notBefore - nowMs <= MostMs)
            return false;
        var attempt = Math.Min(asked + 1, 1_000);
        _asked[action] = (attempt, nowMs + (long)Pace.Delay(attempt, Unit(action, epoch, attempt)).TotalMilliseconds);
        return true;
    }

    /// <summary>It went on to another state, or ended.</summary>
    public void Forget(long action) => _asked.Remove(action);

    /// <summary>0 inclusive to 1 exclusive.</summary>
    private static double Unit(long action, long epoch, int attempt) =>
        new SeededRandom(unchecked(((ulong)action * 0x9E3779B97F4A7C15) ^ ((ulong)epoch << 32) ^ (ulong)attempt)).NextFloat();
}
