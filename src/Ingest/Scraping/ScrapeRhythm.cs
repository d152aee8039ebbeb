using System.Text;

namespace Tocsin.Ingest.Scraping;

/// <summary>When a target is scraped: always at the same place within the interval, given by its key, so that targets are spread and a restart keeps the rhythm.</summary>
public static class ScrapeRhythm
{
    /// <summary>How long until the first scrape, from 0 to less than the interval.</summary>
    /// <remarks>FNV-1a over the key, its upper bits as a share of the interval: the same on every machine and in every run.</remarks>
    public static TimeSpan UntilFirst(string key, DateTimeOffset now, TimeSpan interval)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(key))
            hash = (hash ^ b) * 1099511628211UL;
        // A last mix: keys that differ in their last letter alone must not lie side by side.
        hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93UL;
        var offset = (long)Math.BigMul(hash, (ulong)interval.Ticks, out _);
        var wait = (offset - now.Ticks) % interval.Ticks;
        return TimeSpan.FromTicks(wait < 0 ? wait + interval.Ticks : wait);
    }

    /// <summary>The number of the next scrape that lies ahead, where <paramref name="last"/> was begun: missed ones are left out and not made up for.</summary>
    public static long Next(long last, TimeSpan sinceFirst, TimeSpan interval) => Math.Max(last + 1, (long)(sinceFirst / interval) + 1);
}
