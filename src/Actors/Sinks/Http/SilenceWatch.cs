using System.Text.Json;
using System.Text.RegularExpressions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks.Http;

/// <summary>Says whether someone asked for quiet about an alert.</summary>
public interface ISilences
{
    /// <summary>They are known: whoever knows them was asked once.</summary>
    bool Asked { get; }

    bool IsSilenced(AlertLabels labels, DateTimeOffset now);
}

/// <summary>The silences that people set in Alertmanager, asked for again and again, so that they hold for the other sinks too.</summary>
/// <remarks>While Alertmanager is away the last known silences hold until their own ends, and none are added: quiet is what someone asked for, with an
/// end; not knowing is no reason for it.</remarks>
public sealed class SilenceWatch(Uri alertmanager, HttpAuth auth, TimeSpan every, TimeProvider time, HttpClient? client = null) : ISilences, IDisposable
{
    private const int MaxBody = 8 << 20;
    private const int MaxSilences = 10_000;
    private const int MaxMatchers = 64;
    private const int MaxText = 4096;

    private readonly HttpClient _client = client ?? HttpCall.Client();
    private readonly Uri _silences = new(Rooted(alertmanager), "api/v2/silences");
    private volatile IReadOnlyList<Silence> _known = [];

    public bool Asked { get; private set; }

    public int Known => _known.Count;

    /// <summary>Silences that cannot be used: a pattern that is none here, or one that is too large.</summary>
    public int Unusable { get; private set; }

    public string? Trouble { get; private set; }

    public bool IsSilenced(AlertLabels labels, DateTimeOffset now)
    {
        var known = _known;
        if (known.Count == 0)
            return false;
        var named = AlertJson.Labels(labels).ToDictionary(StringComparer.Ordinal);
        return known.Any(s => s.Covers(named, now));
    }

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, time);
        try
        {
            do
                await RefreshAsync(stop).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <returns>False where Alertmanager could not be asked; <see cref="Trouble"/> says why.</returns>
    public async Task<bool> RefreshAsync(CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _silences);
            auth.Apply(request);
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                return Failed($"{_silences.Authority} answered {(int)answer.StatusCode}");
            if (await HttpCall.BytesAsync(answer, MaxBody, either.Token).ConfigureAwait(false) is not { } body)
                return Failed($"{_silences.Authority}: silences are larger than {MaxBody} bytes");
            (_known, Unusable) = Parse(body);
            (Trouble, Asked) = (null, true);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or DependencyException
            || e is OperationCanceledException && !stop.IsCancellationRequested)
        {
            return Failed(e.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>With a slash at the end, so that a path prefix is kept.</summary>
    internal static Uri Rooted(Uri url) => url.AbsoluteUri.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");

    /// <exception cref="JsonException">Not the JSON that Alertmanager answers with.</exception>
    internal static (IReadOnlyList<Silence> Silences, int Unusable) Parse(byte[] body)
    {
        using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
        if (json.RootElement.ValueKind != JsonValueKind.Array)
            throw new JsonException("silences are no array");
        var (known, unusable) = (new List<Silence>(), 0);
        foreach (var item in json.RootElement.EnumerateArray())
        {
            if (IsExpired(item))
                continue;
            if (known.Count < MaxSilences && One(item) is { } silence)
                known.Add(silence);
            else
                unusable++;
        }
        return (known, unusable);
    }

    private bool Failed(string why)
    {
        Trouble = why;
        return false;
    }

    private static bool IsExpired(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Object
        && Text(status, "state") == "expired";

    /// <summary>Null where it cannot be used: a silence that is half understood must silence nothing.</summary>
    private static Silence? One(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("matchers", out var list) || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() is 0 or > MaxMatchers
            || !DateTimeOffset.TryParse(Text(item, "startsAt"), out var starts) || !DateTimeOffset.TryParse(Text(item, "endsAt"), out var ends))
            return null;
        var matchers = new List<SilenceMatcher>();
        foreach (var entry in list.EnumerateArray())
        {
            if (Matcher(entry) is not { } matcher)
                return null;
            matchers.Add(matcher);
        }
        return new Silence(Text(item, "id") ?? "", matchers, starts, ends);
    }

    private static SilenceMatcher? Matcher(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || Text(entry, "name") is not { Length: <= MaxText } name || Text(entry, "value") is not { Length: <= MaxText } value)
            return null;
        var regex = entry.TryGetProperty("isRegex", out var r) && r.ValueKind == JsonValueKind.True;
        var equal = !entry.TryGetProperty("isEqual", out var e) || e.ValueKind != JsonValueKind.False;
        if (!regex)
            return new SilenceMatcher(name, value, null, equal);
        try
        {
            // Without backtracking, as Alertmanager's own: time linear in the label whatever the pattern.
            return new SilenceMatcher(name, value, new Regex($"^(?:{value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline), equal);
        }
        catch (Exception bad) when (bad is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // What JsonElement says of bytes that are no UTF-8 and of lone surrogates.
            return null;
        }
    }
}
