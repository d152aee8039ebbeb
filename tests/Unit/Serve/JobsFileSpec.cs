using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class JobsFileSpec : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Jobs_of_the_file_are_told_once_and_their_ends_when_they_come()
    {
        await File.WriteAllTextAsync(_file, "JobID|JobName|Start|End|NodeList\nJob-1|a\u0007b|1769850000||cn[1-2]\n2|b|1769850000|1769850100|cn3\n3|c|1769850000||\n");
        await using var running = await RunningHost.StartAsync($"slurm: {{jobs_file: '{_file}'}}");
        await UntilAsync(() => running.Backend.EventsNow().Count == 2);
        Assert.Equal([("2", 1, "b", JobState.Completed), ("Job-1", 2, "a?b", JobState.Running)], running.Backend.EventsNow().Select(e => (e.JobId, e.NodeCount, e.JobName, e.State)).Order());
        Assert.All(running.Backend.EventsNow(), e => Assert.Equal(JobEventSource.File, e.Source));
        var checks = (await running.JsonAsync("/-/ready")).Body["checks"]!.AsArray();
        Assert.StartsWith("1 jobs have no NodeList", checks.Single(c => c!["name"]!.GetValue<string>() == "jobs_file")!["detail"]!.GetValue<string>());
        await File.WriteAllTextAsync(_file, "JobID|JobName|Start|End|NodeList\nJob-1|a\u0007b|1769850000|1769850500|cn[1-2]\n2|b|1769850000|1769850100|cn3\n");
        await UntilAsync(() => running.Backend.EventsNow().Count == 3);
        Assert.Equal(("Job-1", 1_769_850_500_000), (running.Backend.EventsNow()[2].JobId, running.Backend.EventsNow()[2].EndMs));
    }

    private static async Task UntilAsync(Func<bool> happened)
    {
        for (var i = 0; i < 1200 && !happened(); i++)
            await Task.Delay(50);
        Assert.True(happened());
    }
}
