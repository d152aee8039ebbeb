using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Tocsin.Integration.Serve;

/// <summary>Tunings back to back beside alerts, on the running daemon. How fast is the measurement's to say; here only what holds at any speed.</summary>
public sealed class FaultServingSpec(ITestOutputHelper output)
{
    [Fact]
    public async Task With_the_fault_model_tuned_back_to_back_every_alert_comes_and_says_what_it_says_without()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("tocsin-").FullName, "figures.json");
        var run = await TocsinProcess.RunAsync("bench", "faultserving", "--count", "24", "--json", file);
        Assert.True(run.ExitCode == 0, run.Error);
        output.WriteLine(run.Output);
        var figures = JsonNode.Parse(File.ReadAllText(file))!;
        double Of(string name) => figures[name]!.GetValue<double>();
        Assert.Equal(6, Of("alerts_off"));
        Assert.Equal(6, Of("alerts_on"));
        Assert.Equal(0, Of("other_alerts"));
        Assert.Equal(1, Of("same_content"));
        Assert.True(Of("tunings_on") >= 2);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
