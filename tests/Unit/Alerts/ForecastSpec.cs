using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Sinks;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Alerts;

public sealed class ForecastSpec
{
    private readonly Scene _scene = new();
    private readonly Told _model = new();

    [Fact]
    public void Without_a_model_an_alert_is_unclassified_and_names_no_probability()
    {
        var alert = Raise(new AlertBook("c1", new BookState(), new AlertOptions()));
        Assert.Null(alert.Forecast);
        var json = Json(alert);
        Assert.Contains("\"fault_class\":\"unclassified\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("fault_probability", json, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alert_says_the_class_and_the_probability_of_the_next_interval_with_the_models_version()
    {
        _model.Says = [0.2f, 0.1f, 0.6f, 0.05f, 0.05f];
        var alert = Raise(new AlertBook("c1", new BookState(), new AlertOptions(), _model));
        Assert.Equal((ForecastClass.Ram, 0.8f, 4), (alert.Forecast!.Class, alert.Forecast.Probability, alert.Forecast.Version));
        var json = Json(alert);
        Assert.Contains("\"fault_class\":\"ram\",\"fault_probability\":0.8", json, StringComparison.Ordinal);
        Assert.Contains("\"fault_model\":4", json, StringComparison.Ordinal);
    }

    [Fact]
    public void No_class_is_named_that_is_not_likelier_than_the_others_together()
    {
        _model.Says = [0.2f, 0.4f, 0.4f, 0, 0];
        var alert = Raise(new AlertBook("c1", new BookState(), new AlertOptions(), _model));
        Assert.Equal((ForecastClass.Unclassified, 0.8f), (alert.Forecast!.Class, alert.Forecast.Probability));
    }

    [Fact]
    public void Another_class_is_a_revision_once_the_first_distance_is_over_and_another_probability_is_none()
    {
        _model.Says = [0.2f, 0.8f, 0, 0, 0];
        var book = new AlertBook("c1", new BookState(), new AlertOptions(), _model);
        var raised = Raise(book);
        _model.Says = [0.3f, 0.7f, 0, 0, 0];
        Assert.Empty(book.Step(raised.UpdatedMs + 1000));
        _model.Says = [0.2f, 0, 0, 0.8f, 0];
        var updated = Assert.IsType<AlertUpdated>(Assert.Single(book.Step(raised.UpdatedMs + (long)new AlertOptions().FirstRefresh.TotalMilliseconds)));
        Assert.Equal("fault class Cpu -> Disk", updated.Why);
        Assert.Equal(ForecastClass.Disk, updated.Alert.Forecast!.Class);
    }

    [Fact]
    public void It_comes_back_from_the_wire_and_alerts_from_before_have_none()
    {
        var alert = Raise(new AlertBook("c1", new BookState(), new AlertOptions(), _model));
        Assert.True(WireBytes.TryRead<Alert>(WireBytes.Of(alert), out var read, out _));
        Assert.Equal(alert.Forecast, read.Forecast);
    }

    private static string Json(Alert alert) => System.Text.Encoding.UTF8.GetString(AlertJson.Of(new AlertRaised(alert)));

    private Alert Raise(AlertBook book)
    {
        var finding = _scene.Finding("a");
        book.Observe(finding, finding.SinceMs);
        for (var at = finding.SinceMs; at < finding.SinceMs + 600_000; at += 1000)
        {
            book.Observe(finding with { AtMs = at }, at);
            if (book.Step(at).OfType<AlertRaised>().FirstOrDefault() is { } raised)
                return raised.Alert;
        }
        throw new InvalidOperationException("nothing was raised");
    }

    private sealed class Told : IFaultOutlook
    {
        public float[] Says { get; set; } = [0.5f, 0.5f, 0, 0, 0];

        public FaultOutlook? Of(NodeKey node, long nowMs) => new(node, nowMs - 1, nowMs + 1, 4, 1 - Says[0], Says, true, null);
    }
}
