using Tocsin.Actors.Alerts;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>alerts</c> section: when findings become alerts. Why the numbers are what they are stands in <see cref="AlertOptions"/>.</summary>
internal static class AlertSection
{
    public static AlertOptions Read(ConfigReader r)
    {
        var usual = new AlertOptions();
        var hour = TimeSpan.FromHours(1);
        var day = TimeSpan.FromDays(1);
        var options = usual with
        {
            Hold = r.Duration("hold", usual.Hold, TimeSpan.Zero, hour),
            Gather = r.Duration("gather", usual.Gather, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            Linger = r.Duration("linger", usual.Linger, TimeSpan.Zero, hour),
            ClearAfter = r.Duration("clear_after", usual.ClearAfter, TimeSpan.FromSeconds(10), day),
            ClearAfterMost = r.Duration("clear_after_most", usual.ClearAfterMost, TimeSpan.FromSeconds(10), day),
            FlapMemory = r.Duration("flap_memory", usual.FlapMemory, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)),
            FirstRefresh = r.Duration("first_refresh", usual.FirstRefresh, TimeSpan.FromMinutes(1), day),
            JobShare = r.Number("job_share", usual.JobShare, 0.5, 1, "of a job's watched nodes"),
            JobShareLeave = r.Number("job_share_leave", usual.JobShareLeave, 0.1, 1, "of a job's watched nodes"),
            SeparateNodes = r.Whole("separate_nodes", usual.SeparateNodes, 1, 64, "nodes"),
            SharedUnits = r.Whole("shared_units", usual.SharedUnits, 2, 100, "jobs and idle nodes"),
            OneJobShare = r.Number("one_job_share", usual.OneJobShare, 0.5, 1, "of the nodes"),
            SiteShareOfSharedParts = r.Number("site_share_of_shared_parts", usual.SiteShareOfSharedParts, 0.001, 1, "of the site's watched nodes"),
            SiteShare = r.Number("site_share", usual.SiteShare, 0.01, 1, "of the site's watched nodes"),
            SiteNodes = r.Whole("site_nodes", usual.SiteNodes, 2, 1000, "nodes"),
            OnsetWindow = r.Duration("onset_window", usual.OnsetWindow, TimeSpan.FromSeconds(10), hour),
            SwitchShare = r.Number("switch_share", usual.SwitchShare, 0.5, 1, "of a switch's watched nodes"),
            SwitchNodes = r.Whole("switch_nodes", usual.SwitchNodes, 2, 1000, "nodes"),
            MaxFindings = r.Whole("max_findings", usual.MaxFindings, 1, 1_000_000, "findings"),
            Zone = r.Value("time_zone", usual.Zone, "a time zone of the IANA database, e.g. UTC, Europe/Berlin", t => (TimeZoneInfo.TryFindSystemTimeZoneById(t, out var zone), zone))!,
        };
        if (options.ClearAfterMost < options.ClearAfter)
            r.Problem("clear_after_most", $"{Spans.Text(options.ClearAfterMost)}, less than alerts.clear_after ({Spans.Text(options.ClearAfter)}): expected at least that");
        if (options.JobShareLeave > options.JobShare)
            r.Problem("job_share_leave", $"{options.JobShareLeave}, more than alerts.job_share ({options.JobShare}): expected at most that");
        return options;
    }
}
