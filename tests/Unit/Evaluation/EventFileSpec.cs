using System.IO.Compression;
using Tocsin.Inference.Evaluation;
using Tocsin.Shared;
using Xunit.Abstractions;

namespace Tocsin.Unit.Evaluation;

public sealed class EventFileSpec(ITestOutputHelper output)
{
    [Theory]
    [InlineData("cn01,cn02", "cn01 cn02")]
    [InlineData("cn[08-11]", "cn08 cn09 cn10 cn11")]
    [InlineData("a[1,3-4]b,login", "a1b a3b a4b login")]
    [InlineData("", "")]
    public void Node_lists_are_written_as_slurm_writes_them(string list, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read($"Fault|JobName|Start|End|NodeList\nx|y|10|20|{list}\n").Single().Nodes));

    [Theory]
    [InlineData("Fault|Job|Start|End", "line 1: expected the header Fault|JobName|Start|End")]
    [InlineData("Fault|JobName|Start|End\nx|y|10", "line 2: 3 fields; expected 4")]
    [InlineData("Fault|JobName|Start|End\nx|y|then|20", "line 2: start 'then'; expected unix seconds")]
    [InlineData("Fault|JobName|Start|End\nx|y|10|", "line 2: an event without an end")]
    [InlineData("Fault|JobName|Start|End\nx|y|10|9", "line 2: end 9 before start 10")]
    [InlineData("Fault|JobName|Start|End|NodeList\nx|y|10|20|cn[1-99999999]", "line 2: node list 'cn[1-99999999]'")]
    [InlineData("Fault|JobName|Start|End|NodeList\nx|y|10|20|cn[1", "line 2: node list 'cn[1'")]
    public void What_is_wrong_is_named_with_its_line(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<BadDataException>(() => Read(text)).Message);

    /// <summary>The recording's README says that 27 of the 28 faults of its second part are long enough to be counted.</summary>
    [Fact]
    public void Twenty_seven_faults_of_the_recordings_second_part_count()
    {
        if (SharedData.Find("data/testbed-a", output) is not { } folder)
            return;
        const long from = 1_795_253_095_000;
        var frames = new List<long>();
        using (var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "scrapes.tsv.gz")), CompressionMode.Decompress)))
        {
            while (reader.ReadLine() is { } line)
            {
                // Frames are never closer than half a cadence.
                if (line.StartsWith("#t\t", StringComparison.Ordinal) && (long)Math.Round(double.Parse(line[3..]) * 1000) is var t && t >= from && (frames.Count == 0 || t - frames[^1] >= 500))
                    frames.Add(t);
            }
        }
        var segment = new ScoreSegment
        {
            Node = "testbed",
            Job = "all",
            TimesMs = [.. frames],
            Scores = new double[frames.Count],
            Thresholds = new double[frames.Count],
            Alarms = new bool[frames.Count],
            Labels = new sbyte[frames.Count],
            Extra = [],
        };
        var report = Evaluator.Evaluate([segment], EventFile.ReadFaults(Path.Combine(folder, "faults.psv")), EventFile.ReadJobs(Path.Combine(folder, "jobs.psv")), new EvalOptions { Bootstrap = 0, RandomDraws = 5 });
        Assert.Equal((28, 27), (report.EventsSeen, report.Own.Events));
        output.WriteLine($"{report.Kept} frames kept, {report.Faulty} faulty, calm node-hours {report.CalmHours}");
    }

    private static IReadOnlyList<Tocsin.Shared.Flow.FaultEvent> Read(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return EventFile.ReadFaults(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
