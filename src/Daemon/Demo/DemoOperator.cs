using System.Net.Http.Json;
using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Daemon.Demo;

/// <param name="Word">As the API has it.</param>
/// <param name="Preview">What the daemon said that it would do.</param>
/// <param name="AtMs">Time on the stage.</param>
internal sealed record GivenVerdict(long Id, string Alert, string Word, string Preview, long AtMs);

/// <summary>Plays the operator: the first false alarm is dismissed, as a person would who knows better. Where there is none by three quarters of the play, one alert is
/// said to be expected, so that there is an effect to be seen.</summary>
internal sealed class DemoOperator(HttpClient http)
{
    public GivenVerdict? Given { get; private set; }

    /// <summary>Previews and gives; does nothing once one was given.</summary>
    /// <returns>Null where nothing was said.</returns>
    public async Task<GivenVerdict?> ConsiderAsync(ShownAlert alert, bool isFalse, long stageMs, long lengthMs, CancellationToken stop)
    {
        if (Given is not null || !(isFalse || stageMs > lengthMs * 3 / 4))
            return null;
        var word = isFalse ? "false" : "expected";
        var body = new { verdict = word, scope = "pattern", until = "7d", note = isFalse ? "nothing was wrong" : "a known load test", who = "demo" };
        using var preview = await PostAsync($"/api/v1/alerts/{alert.Id}/verdict?preview=true", body, stop);
        using var given = preview is null ? null : await PostAsync($"/api/v1/alerts/{alert.Id}/verdict", body, stop);
        if (given is null)
            return null;
        var id = given.RootElement.GetProperty("verdict").GetProperty("id").GetInt64();
        return Given = new GivenVerdict(id, alert.Id, word, preview!.RootElement.GetProperty("preview").GetProperty("summary").GetString()!, stageMs);
    }

    /// <summary>Findings that the verdict has kept back by now.</summary>
    public async Task<long> MutedAsync(CancellationToken stop)
    {
        using var all = JsonDocument.Parse(await http.GetByteArrayAsync("/api/v1/verdicts", stop));
        return all.RootElement.GetProperty("verdicts").EnumerateArray().Where(v => v.GetProperty("id").GetInt64() == Given?.Id).Select(v => v.GetProperty("muted").GetInt64()).SingleOrDefault();
    }

    /// <returns>Null where this alert takes no such verdict: it merged or its pattern is not known. The next one may.</returns>
    private async Task<JsonDocument?> PostAsync(string path, object body, CancellationToken stop)
    {
        using var answer = await http.PostAsJsonAsync(path, body, stop);
        if ((int)answer.StatusCode is 400 or 404 or 409)
            return null;
        if (!answer.IsSuccessStatusCode)
            throw new DependencyException($"the demo's daemon took no verdict: status {(int)answer.StatusCode}; its own words are in tocsin.log");
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(stop));
    }
}
