using Tocsin.Actors.Alerts.Words;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <summary>One line a revision: <c>alert raised id=c1-7 revision=1 severity=warning ... evidence="..."</c>.</summary>
/// <param name="write">Takes a line without its end; must not block for long.</param>
public sealed class LogSink(string name, Action<string> write) : IAlertSink
{
    public string Name => name;

    public ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        write(Line(row.Event));
        return ValueTask.FromResult(Delivery.Done);
    }

    public static string Line(AlertEvent happened)
    {
        var alert = happened.Alert;
        var labels = string.Join(' ', AlertJson.Labels(alert.Labels).Select(l => $"{l.Key}={Quoted(l.Value)}"));
        var reason = alert.Reason is { } r ? $" reason={AlertJson.Word(r)}" : "";
        return $"alert {AlertJson.Change(happened)} id={alert.Id} revision={alert.Revision} severity={AlertJson.Word(alert.Severity)} cause={AlertJson.Word(alert.Cause)} "
            + $"{labels} nodes={alert.NodeCount}/{alert.OutOf}{reason} evidence={Quoted(alert.Evidence)}";
    }

    /// <summary>Bare where it is a word, else in quotes with quotes and backslashes escaped; one line in any case.</summary>
    private static string Quoted(string text)
    {
        var plain = OneLine.Of(text, 1200);
        return plain.Length > 0 && plain.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '+')
            ? plain
            : "\"" + plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
    }
}
