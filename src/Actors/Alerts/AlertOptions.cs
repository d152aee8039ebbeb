namespace Tocsin.Actors.Alerts;

/// <summary>When findings become alerts, and alerts end. Why the numbers are what they are stands at each.</summary>
public sealed record AlertOptions
{
    /// <summary>How long a finding lasts before anyone hears of it, by event time. 0 s to 1 h. Two frames at the usual cadence: the detector has
    /// already asked for more than one.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait, once a first node shows it, for the others of its job. 0 s to 10 min. One cadence and a little: all of them have
    /// then been scored once more.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A finding that comes back within this has never been away. 0 s to 1 h.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long nothing shows it before it is over. 10 s to 24 h. Doubles each time the same cause comes back.</summary>
    public TimeSpan ClearAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Up to this. A cause that comes and goes for a day is told of at most twice an hour. Not under <see cref="ClearAfter"/>, at most 24 h.</summary>
    public TimeSpan ClearAfterMost { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A cause that stays away for this long is forgotten to have come and gone. 1 min to 7 d.</summary>
    public TimeSpan FlapMemory { get; init; } = TimeSpan.FromHours(2);

    /// <summary>An alert that merely goes on is told of anew when it is this old, then twice as old, and so on. 1 min to 24 h.</summary>
    public TimeSpan FirstRefresh { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of a job's watched nodes from which on it is the job. 0.5 to 1. Of 64 nodes 52; a node that is late, stale or between two
    /// phases does not undo it.</summary>
    public double JobShare { get; init; } = 0.8;

    /// <summary>Below this share it ceases to be the job. 0.1 to <see cref="JobShare"/>.</summary>
    public double JobShareLeave { get; init; } = 0.5;

    /// <summary>Up to so many nodes of a job, and no more than half of them, each have an alert of their own. 1 to 64. At one node in 10,000 in
    /// fault, four independent faults among 500 nodes meet once in 4 million times (Poisson, mean 0.05): more than three have something in common.</summary>
    public int SeparateNodes { get; init; } = 3;

    /// <summary>So many jobs and idle nodes, of which none has more than <see cref="OneJobShare"/> of the nodes, so that it is shared. 2 to 100.</summary>
    public int SharedUnits { get; init; } = 3;

    /// <summary>A job with more than this share of the nodes is the cause, and the rest coincidence. 0.5 to 1.</summary>
    public double OneJobShare { get; init; } = 0.8;

    /// <summary>Share of the site's watched nodes, for parts that nodes share by nature (filesystem, network, fabric, power, cooling, silence).
    /// 0.001 to 1. Only jobs that use it notice, so it is small.</summary>
    public double SiteShareOfSharedParts { get; init; } = 0.02;

    /// <summary>The same for every other part and for no part in particular: a change of the whole site (a new kernel, a new image). 0.01 to 1.</summary>
    public double SiteShare { get; init; } = 0.2;

    /// <summary>Never fewer nodes than this are a site. 2 to 1000. Where each of 1,000 nodes has one false onset in 100 days, five of them fall into
    /// one window in 4 of 10^10 windows (Poisson, mean 0.035).</summary>
    public int SiteNodes { get; init; } = 5;

    /// <summary>Share of the site's watched nodes, above which scattered faults of whatever part are no coincidence: the same mass for which nothing is done
    /// (<c>actions.brakes.mass_share</c>). Nodes of a job that shows it as a whole do not count: that is the job's. 0 to 1; 1 = never.</summary>
    public double MassShare { get; init; } = 0.02;

    /// <summary>Within which they have to begin (<c>actions.brakes.mass_within</c>). 10 s to 24 h.</summary>
    public TimeSpan MassWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What begins within this of each other may have one cause. 10 s to 1 h.</summary>
    public TimeSpan OnsetWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of a switch's watched nodes, at least <see cref="SwitchNodes"/> of them. 0.5 to 1.</summary>
    public double SwitchShare { get; init; } = 0.8;

    /// <summary>2 to 1000.</summary>
    public int SwitchNodes { get; init; } = 4;

    /// <summary>Findings that are kept; what comes beyond is counted and waits until others are over. 1 to 1,000,000.</summary>
    public int MaxFindings { get; init; } = 100_000;

    /// <summary>Zone of the times in evidence.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <returns>Each line names the key, the value, the range and the unit; empty = all is well.</returns>
    public IReadOnlyList<string> Check()
    {
        var wrong = new List<string>();
        Within("hold", Hold, TimeSpan.Zero, TimeSpan.FromHours(1));
        Within("gather", Gather, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Within("linger", Linger, TimeSpan.Zero, TimeSpan.FromHours(1));
        Within("clear_after", ClearAfter, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24));
        Within("clear_after_most", ClearAfterMost, ClearAfter, TimeSpan.FromHours(24));
        Within("flap_memory", FlapMemory, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        Within("first_refresh", FirstRefresh, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        Within("mass_within", MassWithin, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24));
        Within("onset_window", OnsetWindow, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        Between("job_share", JobShare, 0.5, 1);
        Between("job_share_leave", JobShareLeave, 0.1, JobShare);
        Between("one_job_share", OneJobShare, 0.5, 1);
        Between("site_share_of_shared_parts", SiteShareOfSharedParts, 0.001, 1);
        Between("site_share", SiteShare, 0.01, 1);
        Between("mass_share", MassShare, 0, 1);
        Between("switch_share", SwitchShare, 0.5, 1);
        Between("separate_nodes", SeparateNodes, 1, 64);
        Between("shared_units", SharedUnits, 2, 100);
        Between("site_nodes", SiteNodes, 2, 1000);
        Between("switch_nodes", SwitchNodes, 2, 1000);
        Between("max_findings", MaxFindings, 1, 1_000_000);
        return wrong;

        void Within(string key, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                wrong.Add($"alerts.{key}: {value.TotalSeconds:0.###} s is not between {least.TotalSeconds:0.###} and {most.TotalSeconds:0.###} s");
        }

        void Between(string key, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
                wrong.Add($"alerts.{key}: {value:0.####} is not between {least:0.####} and {most:0.####}");
        }
    }
}
