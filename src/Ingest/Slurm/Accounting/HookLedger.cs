using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>What hooks said, until the accounting has confirmed or denied it. One thread at a time.</summary>
/// <remarks>
/// A hook's run that the accounting does not know within <see cref="GraceMs"/> never ran: its job was lost in a crash. That is believed only of an accounting that
/// shows all jobs (a site may let each user see his own alone): it knows the id's next run, or it has confirmed nearly all other hooks.
/// </remarks>
public sealed class HookLedger
{
    public const long GraceMs = 300_000;

    /// <summary>Words kept of each kind; further ones are not followed up, and count in <see cref="Dropped"/>.</summary>
    public const int MaxWords = 100_000;

    private const long ForgetMs = 86_400_000;
    private const int EnoughConfirmed = 20, MostConfirmed = 1000;

    private readonly Dictionary<JobKey, JobEvent> _prologs = [];
    private readonly HashSet<(string JobId, long EndMs)> _epilogs = [];
    private long _confirmed;

    public long Dropped { get; private set; }

    public int Waiting => _prologs.Count + _epilogs.Count;

    /// <summary>What a hook said; other sources' words are left alone.</summary>
    public void Observe(JobEvent said)
    {
        if (said.Source != JobEventSource.Hook)
            return;
        if (_prologs.Count >= MaxWords || _epilogs.Count >= MaxWords)
        {
            Dropped++;
            return;
        }
        if (said.StartMs is { } start)
            _prologs[new JobKey(said.JobId, start)] = said;
        else
            _epilogs.Add((said.JobId, said.EndMs!.Value));
    }

    /// <param name="known">What the accounting knows, by id.</param>
    internal HookVerdicts Decide(ILookup<string, JobEvent> known, long asOfMs)
    {
        var events = new List<JobEvent>();
        var prologs = new List<JobKey>();
        var unexplained = new List<JobEvent>();
        var epilogs = _epilogs.ToLookup(e => e.JobId, e => e.EndMs, StringComparer.Ordinal);
        var confirmed = 0;
        foreach (var (key, said) in _prologs)
        {
            var ends = epilogs[key.JobId].Order().ToArray();
            // On other nodes it is another run: a lost job's, whose id was soon used again.
            if (known[key.JobId].Any(run => run.NodeList == said.NodeList && JobRunResolver.Covers(run, key.StartMs, ends)))
            {
                prologs.Add(key);
                confirmed++;
            }
            else if (asOfMs - key.StartMs > ForgetMs)
            {
                prologs.Add(key);
            }
            else if (asOfMs - key.StartMs > GraceMs)
            {
                unexplained.Add(said);
            }
        }
        var showsAll = _confirmed + confirmed >= EnoughConfirmed && unexplained.Count * 10L <= _confirmed + confirmed;
        foreach (var said in unexplained.Where(s => showsAll || known[s.JobId].Any(run => run.StartMs > s.StartMs)))
        {
            events.Add(said with { Source = JobEventSource.Accounting, EndMs = said.StartMs, State = JobState.NeverRan, AsOfMs = asOfMs });
            prologs.Add(new JobKey(said.JobId, said.StartMs!.Value));
        }
        var over = _epilogs.Where(e => asOfMs > e.EndMs + JobRunResolver.LagMs).ToArray();
        // An epilog of another run, by a clock that is off: the accounting says it still runs, and now says so later than the epilog.
        foreach (var run in over.SelectMany(e => known[e.JobId].Where(r => r.EndMs is null && r.StartMs <= e.EndMs)).Distinct())
            events.Add(run with { AsOfMs = asOfMs });
        return new HookVerdicts(events, prologs, over, confirmed);
    }

    internal void Accept(HookVerdicts done)
    {
        foreach (var key in done.Prologs)
            _prologs.Remove(key);
        foreach (var epilog in done.Epilogs)
            _epilogs.Remove(epilog);
        _confirmed = Math.Min(MostConfirmed, _confirmed + done.Confirmed);
    }
}

/// <param name="Events">What the accounting has to say to them.</param>
/// <param name="Prologs">Settled.</param>
/// <param name="Epilogs">Settled.</param>
public sealed record HookVerdicts(
    IReadOnlyList<JobEvent> Events, IReadOnlyList<JobKey> Prologs, IReadOnlyList<(string JobId, long EndMs)> Epilogs, int Confirmed);
