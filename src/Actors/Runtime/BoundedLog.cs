namespace Tocsin.Actors.Runtime;

/// <summary>At most <see cref="Burst"/> events of a kind in each <see cref="Window"/>; the first of the next window says how many were withheld.
/// Counting is exact elsewhere (<see cref="ActorCounters"/>): this only keeps a storm of dead letters from becoming a storm of lines.</summary>
internal sealed class BoundedLog(Action<ActorEvent> sink)
{
    public const int Burst = 10;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Rate[] _rates = new Rate[Enum.GetValues<ActorEventKind>().Length];

    /// <param name="now">Of a clock that does not go back.</param>
    public void Write(ActorEvent said, TimeSpan now)
    {
        long withheld;
        lock (_lock)
        {
            ref var rate = ref _rates[(int)said.Kind];
            if (rate.Told == 0 || now - rate.Start >= Window)
            {
                rate.Start = now;
                rate.Told = 0;
            }
            if (rate.Told == Burst)
            {
                rate.Withheld++;
                return;
            }
            rate.Told++;
            withheld = rate.Withheld;
            rate.Withheld = 0;
        }
        sink(withheld == 0 ? said : said with { Withheld = withheld });
    }

    private struct Rate
    {
        public TimeSpan Start;
        public int Told;
        public long Withheld;
    }
}
