using System.Net.Http.Json;
using Tocsin.Scale.Stream;

namespace Tocsin.Scale.Load;

/// <summary>Tells the daemon of jobs as a hook would, when they begin and end.</summary>
internal sealed class JobPoster(JobBook jobs, Uri daemon) : IDisposable
{
    private readonly HttpClient _client = new();
    private readonly List<Job> _future = [];

    public int Told { get; private set; }

    public Task BeginAsync() => PostAsync([.. jobs.Current.Select(Start)]);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var events = new List<object>();
            foreach (var (ended, next) in jobs.Advance(now))
            {
                events.Add(End(ended));
                _future.Add(next);
            }
            foreach (var job in _future.Where(j => j.StartMs <= now))
                events.Add(Start(job));
            _future.RemoveAll(j => j.StartMs <= now);
            if (events.Count > 0)
                await PostAsync(events);
            await Task.Delay(500, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task PostAsync(IReadOnlyList<object> events)
    {
        foreach (var part in events.Chunk(1000))
        {
            using var answer = await _client.PostAsJsonAsync(new Uri(daemon, "/api/v1/jobs/events"), part);
            answer.EnsureSuccessStatusCode();
            Told += part.Length;
        }
    }

    private static object Start(Job job) => new { @event = "start", jobId = $"{job.Id}", jobName = job.Name, user = "scale", nodes = job.NodeList, start = job.StartMs / 1000.0 };

    private static object End(Job job) => new { @event = "end", jobId = $"{job.Id}", jobName = job.Name, user = "scale", nodes = job.NodeList, start = job.StartMs / 1000.0, end = job.EndMs / 1000.0, state = "COMPLETED" };
}
