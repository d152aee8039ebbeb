namespace Tocsin.Daemon.Serve.Live;

/// <summary>One number a topic, which is another after each change. Any thread.</summary>
internal sealed class LiveTopics(ILibraryDesk libraries)
{
    private static readonly LiveTopic[] Topics = Enum.GetValues<LiveTopic>();

    private readonly long[] _changes = new long[Topics.Length];

    public static IReadOnlyList<LiveTopic> All => Topics;

    /// <summary>Said by who changed it: an operator's request that was done.</summary>
    public void Changed(LiveTopic topic) => Interlocked.Increment(ref _changes[(int)topic]);

    /// <summary>Equal numbers: nothing has changed between. The library also grows without anyone asking for it, so its own state counts, too.</summary>
    public long Of(LiveTopic topic)
    {
        var changes = Interlocked.Read(ref _changes[(int)topic]);
        return topic is LiveTopic.Library ? HashCode.Combine(changes, libraries.Active.Version, libraries.All.Count, libraries.Confirmations.Sum(c => c.Jobs.Count + c.Nodes.Count)) : changes;
    }
}
