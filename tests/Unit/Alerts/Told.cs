using Tocsin.Actors.Sinks;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

/// <summary>Alerts and changes of them, made by hand.</summary>
internal static class Told
{
    public static Alert Alert(long number, int revision = 1, string node = "a", FaultKind kind = FaultKind.Memory, Severity severity = Severity.Warning) => new()
    {
        Id = new AlertId("c1", number),
        Revision = revision,
        Labels = new AlertLabels("TocsinNodeFault", "c1", node, null, null, null, kind),
        Cause = AlertCause.Node,
        Kind = kind,
        Severity = severity,
        SinceMs = Scene.StartMs,
        RaisedMs = Scene.StartMs,
        UpdatedMs = Scene.StartMs,
        Job = new JobKey("7", Scene.StartMs),
        Nodes = [node],
        NodeCount = 1,
        OutOf = 64,
        Score = 6,
        Threshold = float.NaN,
        Top = [Scene.Memory],
        Summary = $"{node}: node fault likely",
        Evidence = $"{node}: node fault likely. \"quoted\" \u001b[31m",
    };

    public static AlertRaised Raised(long number, string node = "a") => new(Alert(number, 1, node));

    public static AlertUpdated Updated(long number, int revision, string node = "a") => new(Alert(number, revision, node), "goes on");

    public static AlertCleared Cleared(long number, int revision, string node = "a") =>
        new(Alert(number, revision, node) with { ClearedMs = Scene.StartMs + 60_000, Reason = ClearReason.Over });

    public static OutboxRow Row(long number, AlertEvent happened) => new(number, "s", happened, Scene.StartMs, 0);
}

/// <summary>Answers as it is told, and remembers what came.</summary>
internal sealed class ScriptedSink(Func<OutboxRow, CancellationToken, ValueTask<Delivery>> answer) : IAlertSink
{
    private readonly List<string> _came = [];
    private readonly List<string> _told = [];

    public string Name => "s";

    public int Concurrency { get; init; } = 1;

    /// <summary>id.revision of what arrived.</summary>
    public IReadOnlyList<string> Came
    {
        get
        {
            lock (_came)
                return [.. _came];
        }
    }

    /// <summary>The same with what changed.</summary>
    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_came)
                return [.. _told];
        }
    }

    public async ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        var delivery = await answer(row, stop);
        if (delivery.Delivered)
        {
            lock (_came)
            {
                _came.Add($"{row.Event.Alert.Id.Number}.{row.Event.Alert.Revision}");
                _told.Add($"{AlertJson.Change(row.Event)} {_came[^1]}");
            }
        }
        return delivery;
    }
}
