using System.Runtime.CompilerServices;
using Tocsin.Daemon.Serve.Acting;

namespace Tocsin.Daemon.Serve.Live;

/// <summary>One number a topic, which is another after each change. Any thread.</summary>
internal sealed class LiveTopics(ILibraryDesk libraries, IActionDesk actions)
{
    private static readonly LiveTopic[] Topics = Enum.GetValues<LiveTopic>();

    private readonly long[] _changes = new long[Topics.Length];

    public static IReadOnlyList<LiveTopic> All => Topics;

    /// <summary>Said by who changed it: an operator's request that was done.</summary>
    public void Changed(LiveTopic topic) => Interlocked.Increment(ref _changes[(int)topic]);

    /// <summary>Equal numbers: nothing has changed between. The library also grows without anyone asking for it, and the supervisor decides by itself, so their own states count, too.</summary>
    public long Of(LiveTopic topic)
    {
        var changes = Interlocked.Read(ref _changes[(int)topic]);
        return topic switch
        {
            LiveTopic.Library => HashCode.Combine(changes, libraries.Active.Version, libraries.All.Count, libraries.Confirmations.Sum(c => c.Jobs.Count + c.Nodes.Count)),
            // Immutable collections: another one is another object.
            LiveTopic.Actions when actions.View is { } view => HashCode.Combine(Same(view.Actions), Same(view.Decisions), Same(view.Vetoes), view.Hold, view.Brake),
            _ => changes,
        };

        static int Same(object all) => RuntimeHelpers.GetHashCode(all);
    }
}
