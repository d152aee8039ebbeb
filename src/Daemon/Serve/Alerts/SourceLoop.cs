using Tocsin.Actors.Alerts.Findings;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Alerts;

/// <summary>Looks twice a cadence at the ways by which samples come: tells the shards how far they are, and the book which of them is away.</summary>
/// <param name="expected">Ways that are to bring something, whether or not they ever did; asked each time.</param>
internal sealed class SourceLoop(
    SourceBoard board, Func<IEnumerable<SampleSource>> expected, Func<SourceTime, ValueTask<AppendResult>> reach, Func<IReadOnlyList<Finding>, Task<string?>> tell,
    TimeSpan cadence, OwnLog log, TimeProvider clock)
{
    private SourceTime _told;
    private string? _trouble;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(cadence / 2, clock);
        while (await timer.WaitForNextTickAsync(stop))
            await StepAsync();
    }

    private async Task StepAsync()
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var source in expected())
            board.Of(source).Expect(nowMs);
        var (time, findings) = board.Look(nowMs);
        if (time != _told && time.FrontMs > 0 && await reach(time) is Appended)
            _told = time;
        if (findings.Count == 0)
            return;
        foreach (var finding in findings)
            log.Warning("sources", $"{finding.Node.Name} is {(finding.Active ? "away: nothing comes from it" : "back")}");
        var trouble = await tell(findings);
        if (trouble is not null && trouble != _trouble)
            log.Warning("sources", $"{findings.Count} findings are lost, and said again while they last: {trouble}");
        _trouble = trouble;
    }
}
