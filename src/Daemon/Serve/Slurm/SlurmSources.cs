using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Tocsin.Daemon.Config;
using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Slurm;

/// <summary>What is asked of Slurm, one command at a time, and the file of jobs.</summary>
internal sealed class SlurmSources : IDisposable
{
    private readonly CommandGate _gate;
    private readonly TimeProvider _clock;
    private readonly AccountingPoller? _accounting;
    private readonly NodeStatePoller? _nodes;
    private readonly JobsFile? _file;
    private readonly List<LoopPart> _parts = [];

    public SlurmSources(SlurmOptions options, string cluster, IJobEventSink jobs, INodeStateSink states, NodeDirectory watched, OwnLog say, TimeProvider clock)
    {
        (_gate, _clock) = (new CommandGate(clock), clock);
        if (options.Accounting is { } pace)
        {
            var sacct = new SacctCommand(options.Programs, _gate, clock, () => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
            _accounting = new AccountingPoller(sacct, pace, jobs, clock, Unit, Tell("sacct", say));
            _parts.Add(new LoopPart("sacct", _accounting.RunAsync, say));
        }
        if (options.Nodes is { } every)
        {
            _nodes = new NodeStatePoller(options.Programs, _gate, cluster, (int)every.TotalSeconds, states, clock, Unit, Tell("scontrol", say),
                new NodeDepartures(cluster, options.ForgetAfter, 3 * every), () => watched.Nodes);
            _parts.Add(new LoopPart("scontrol", _nodes.RunAsync, say));
        }
        if (options.JobsFile is { } path)
        {
            _file = new JobsFile(path, jobs, say, clock);
            _parts.Add(new LoopPart("jobs_file", _file.RunAsync, say));
        }
    }

    public IReadOnlyList<IPart> Parts => _parts;

    /// <summary>A hook's event that is in the log: the accounting will confirm or deny it.</summary>
    public void Observe(JobEvent said) => _accounting?.Observe(said);

    /// <summary>A scheduler that does not answer takes nothing out of service: samples go on, boundaries come later.</summary>
    public void AddChecks(Readiness readiness)
    {
        if (_accounting is { } accounting)
            readiness.Add("sacct", () => Check(0, accounting.Health.Failure, accounting.Health.AnsweredMs, $"{accounting.Health.Runs} runs known"));
        if (_nodes is { } nodes)
            readiness.Add("scontrol", () => Check(1, nodes.Health.Failure, nodes.Health.AnsweredMs, $"{nodes.Health.Nodes} nodes known"));
        if (_file is { } file)
            readiness.Add("jobs_file", () => CheckResult.Good(file.Trouble ?? $"{file.Runs} runs"));
    }

    public void AddMeters(Meter meter)
    {
        if (_accounting is { } accounting)
        {
            meter.CreateObservableCounter("tocsin_sacct_questions", () => accounting.Health.Questions, null, "Times that sacct was asked.");
            meter.CreateObservableCounter("tocsin_sacct_events", () => accounting.Health.Events, null, "Job events that sacct told.");
            meter.CreateObservableCounter("tocsin_sacct_rejected", () => accounting.Health.Rejected, null, "Rows of sacct that could not be read.");
            meter.CreateObservableGauge("tocsin_sacct_failures_in_a_row", () => (long)accounting.Health.Failures, null, "0: the last question was answered.");
            meter.CreateObservableGauge("tocsin_sacct_age_seconds", () => Age(accounting.Health.AnsweredMs), null, "Since the last answer; NaN before the first.");
        }
        if (_nodes is { } nodes)
        {
            meter.CreateObservableCounter("tocsin_scontrol_changes", () => nodes.Health.Changes, null, "Changes of nodes' states.");
            meter.CreateObservableCounter("tocsin_scontrol_rejected", () => nodes.Health.Rejected, null, "Records of scontrol that could not be read.");
            meter.CreateObservableGauge("tocsin_scontrol_failures_in_a_row", () => (long)nodes.Health.Failures, null, "0: the last question was answered.");
            meter.CreateObservableGauge("tocsin_scontrol_age_seconds", () => Age(nodes.Health.AnsweredMs), null, "Since the last answer; NaN before the first.");
        }
    }

    public void Dispose() => _gate.Dispose();

    private CheckResult Check(int part, string? failure, long answeredMs, string good)
    {
        if (_parts[Math.Min(part, _parts.Count - 1)].Failure is { } ended)
            return CheckResult.Bad(ended);
        if (failure is not null)
            return CheckResult.Good($"{failure}; last answer {(answeredMs == 0 ? "never" : $"{Age(answeredMs):0} s ago")}");
        return CheckResult.Good(answeredMs == 0 ? "not asked yet" : good);
    }

    private static Action<string?> Tell(string who, OwnLog say) => why =>
    {
        if (why is null)
            say.Info(who, "answers again");
        else
            say.Warning(who, why);
    };

    private double Age(long ms) => ms == 0 ? double.NaN : (_clock.GetUtcNow().ToUnixTimeMilliseconds() - ms) / 1000.0;

    private static double Unit() => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
}
