using System.Net.Http.Json;
using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Daemon.Demo;

/// <param name="Word">As the API has it.</param>
/// <param name="Preview">What the daemon said that it would do.</param>
/// <param name="Tracks">On which the same alert had come by then.</param>
internal sealed record GivenVerdict(long Id, string Alert, string Word, IReadOnlyList<string> Nodes, string Preview, int Tracks);

/// <summary>What came of the same run played again.</summary>
/// <param name="Seconds">Recorded.</param>
/// <param name="KeptBack">Findings that the verdict kept back meanwhile.</param>
/// <param name="Told">Alerts on its nodes all the same.</param>
/// <param name="Beside">The node for which nobody said anything, and its alerts.</param>
internal sealed record EncoreOutcome(double Seconds, long KeptBack, int Told, string Beside, int ToldBeside);

/// <summary>Plays the operator: a false alarm that came again and again is dismissed, as a person would who knows better. Where there was none, an alert that was right is said
/// to be expected, so that there is an effect to be seen.</summary>
internal sealed class DemoOperator(HttpClient http)
{
    public GivenVerdict? Given { get; private set; }

    /// <summary>The alert that it is about.</summary>
    public ShownAlert? Of { get; private set; }

    /// <summary>Previews and gives, for the alert's own nodes; does nothing once one was given.</summary>
    /// <returns>Null where nothing was said.</returns>
    public async Task<GivenVerdict?> SayAsync(ShownAlert alert, string word, string note, int tracks, CancellationToken stop)
    {
        if (Given is not null)
            return null;
        var body = new { verdict = word, scope = "node", until = "7d", note, who = "demo" };
        using var preview = await PostAsync($"/api/v1/alerts/{alert.Id}/verdict?preview=true", body, stop);
        using var given = preview is null ? null : await PostAsync($"/api/v1/alerts/{alert.Id}/verdict", body, stop);
        if (given is null)
            return null;
        Of = alert;
        var id = given.RootElement.GetProperty("verdict").GetProperty("id").GetInt64();
        return Given = new GivenVerdict(id, alert.Id, word, alert.Nodes, preview!.RootElement.GetProperty("preview").GetProperty("summary").GetString()!, tracks);
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
