using Tocsin.Daemon.Config;

namespace Tocsin.Daemon.Checking;

/// <summary>Who will be told, and whether they can be.</summary>
internal static class SinkLines
{
    public static IEnumerable<CheckLine> Of(CheckFacts facts)
    {
        if (facts.Sinks.Count == 0)
            yield return CheckLine.Warning("sinks", "no Alertmanager and no webhook: alerts stand on the page, in the API and in the log alone", "set sinks.alertmanagers");
        foreach (var sink in facts.Sinks)
        {
            yield return sink.Failure is { } why
                ? CheckLine.Error("sinks", $"{sink.Key} {sink.Url}: {OneLine.Of(why, 200)}", "check the address, that it runs, firewalls and its token; alerts wait for it for sinks.give_up_after")
                : CheckLine.Ok("sinks", $"{sink.Key} {sink.Url} {(sink.Key.StartsWith("alertmanager", StringComparison.Ordinal) ? "answers" : "takes connections (nothing was sent)")}");
        }
    }
}
