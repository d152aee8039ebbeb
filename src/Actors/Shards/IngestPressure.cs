namespace Tocsin.Actors.Shards;

/// <summary>What share of the processors the taking of samples wants, of late. Any thread.</summary>
/// <remarks>
/// Wants, not has: where scoring has most of a processor already, what is left for taking samples would look like little. So a request counts from
/// where its work began to where it ended, its wait for a processor included. But not beyond <see cref="MostWait"/> times the processor time that it used:
/// while all threads stand still for the collector, a request looks long and presses nobody. What waits for the disk or for a slow sender is not work.
/// The window is a ring of slots, each with the number of the span of time that it is of; a slot of an earlier round counts as empty, so nothing has to
/// run for pressure to end.
/// </remarks>
/// <param name="cores">Processors that there are, 1 or more.</param>
public sealed class IngestPressure(TimeProvider clock, int cores)
{
    /// <summary>From here on senders press. The scoring of what comes takes about ten times what its taking takes, so at this share it could not keep up
    /// whoever goes first. 20,000 nodes of 100 series on two processors want 0.02.</summary>
    public const double High = 0.1;

    /// <summary>As if a processor were shared by four.</summary>
    private const int MostWait = 4;

    private const int SlotMs = 25;

    /// <summary>A quarter of a second: long against one request, short against what a burst piles up.</summary>
    private const int Slots = 10;

    private readonly Lock _lock = new();
    private readonly (long Span, long Ticks)[] _slots = new (long, long)[Slots];

    public bool IsHigh => Share >= High;

    /// <summary>0 to 1, and above where more is wanted than there is.</summary>
    public double Share
    {
        get
        {
            var now = Now;
            long sum = 0;
            lock (_lock)
            {
                foreach (var (span, ticks) in _slots)
                    sum += span > now - Slots ? ticks : 0;
            }
            return sum / (double)(Slots * SlotMs * TimeSpan.TicksPerMillisecond * cores);
        }
    }

    /// <summary>One thread has just worked on a request; a long one counts where it ends.</summary>
    /// <param name="passed">From the begin of the work to its end.</param>
    /// <param name="processor">That it used meanwhile.</param>
    public void Worked(TimeSpan passed, TimeSpan processor)
    {
        var now = Now;
        var wanted = Math.Min(passed.Ticks, MostWait * processor.Ticks);
        lock (_lock)
        {
            ref var slot = ref _slots[now % Slots];
            slot = slot.Span == now ? (now, slot.Ticks + wanted) : (now, wanted);
        }
    }

    // From 1 on, so that slots that were never used are of an earlier round.
    private long Now => Slots + (clock.GetTimestamp() / (clock.TimestampFrequency * SlotMs / 1000));
}
