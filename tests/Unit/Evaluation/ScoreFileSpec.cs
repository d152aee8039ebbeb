using Tocsin.Inference.Evaluation;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Evaluation;

public sealed class ScoreFileSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-scores").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back_to_the_bit()
    {
        var scores = new ScoreFolder(_folder);
        using (var file = scores.Open("cn01", "4711", 0, ScoreFile.BaselineColumns))
        {
            file.Append(new NodeScore(1_795_250_435_184, float.NaN, float.NaN, true, []), null, 1, float.NaN, 3, 4);
            file.Append(new NodeScore(1_795_250_436_180, 0.1f, 1f / 3, true, [new("cpu;\"x\"\n:y", 0.41f), new("load1", 0.2f)]), 1, 1e-20f, 2, 3, -4);
            file.Complete();
        }
        var path = Path.Combine(_folder, "cn01_4711.csv");
        Assert.Equal("2026-11-21T08:40:36.180Z,0.1,0.33333334,1,1,\"cpu__x___y:0.41;load1:0.2\",1E-20,2,3,-4", File.ReadAllLines(path)[2]);
        var read = ScoreFile.Read(path);
        Assert.Equal(("cn01", "4711"), (read.Node, read.Job));
        Assert.Equal([1_795_250_435_184, 1_795_250_436_180], read.TimesMs);
        Assert.True(double.IsNaN(read.Scores[0]));
        Assert.Equal(0.1f, (float)read.Scores[1]);
        Assert.Equal(1f / 3, (float)read.Thresholds[1]);
        // A frame without a score is not alarmed, whatever the caller said.
        Assert.Equal([false, true], read.Alarms);
        Assert.Equal([-1, 1], read.Labels.Select(l => (int)l));
        Assert.Equal(ScoreFile.BaselineColumns, read.Extra.Select(c => c.Name));
        Assert.Equal(1e-20f, (float)read.Extra[0].Values[1]);
    }

    [Theory]
    [InlineData("cn01", "4711", "cn01_4711.csv")]
    [InlineData("cn_01", "4711_3", "cn%5F01_4711_3.csv")]
    [InlineData("../../etc", "a/b\0", "%2E.%2F..%2Fetc_a%2Fb%00.csv")]
    [InlineData("ä", "", "%C3%A4_%00.csv")]
    public void Hostile_names_stay_in_the_folder_and_come_back(string node, string job, string expected)
    {
        var name = ScoreFileName.For(node, job);
        Assert.Equal(expected, name);
        Assert.True(ScoreFileName.TryParse(name, out var readNode, out var readJob));
        Assert.Equal(node, readNode);
        Assert.Equal(job.Length == 0 ? "\0" : job, readJob);
    }

    [Fact]
    public void Names_too_long_for_a_file_system_are_cut_and_stay_different()
    {
        var (a, b) = (ScoreFileName.For(new string('ü', 255), new string('j', 999) + "1"), ScoreFileName.For(new string('ü', 255), new string('j', 999) + "2"));
        Assert.InRange(a.Length, 1, 255);
        Assert.NotEqual(a, b);
    }

    [Fact]
    public void A_requeued_jobs_second_segment_gets_a_file_of_its_own()
    {
        var scores = new ScoreFolder(_folder);
        for (var i = 0; i < 3; i++)
        {
            using var file = scores.Open("cn01", "4711", 1_795_250_000_000);
            file.Append(new NodeScore(1000, 1, 2, false, []), 0);
            file.Complete();
        }
        Assert.Equal(["cn01_4711.csv", "cn01_4711~1795250000.csv", "cn01_4711~1795250000~1.csv"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(ScoreFile.ReadAll(_folder), s => Assert.Equal("cn01", s.Node));
    }

    [Fact]
    public void An_unfinished_file_is_not_there()
    {
        using (var file = new ScoreFolder(_folder).Open("cn01", "4711", 0))
            file.Append(new NodeScore(1000, 1, 2, false, []), 0);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("", "line 0: the file is empty")]
    [InlineData("time,score", "line 1: column 1 is 'time'; expected 'timestamp' there")]
    [InlineData("timestamp,score,threshold", "line 1: column 4 is missing; expected 'alarm' there")]
    [InlineData("H\nyesterday,1,2,0,0,", "line 2: timestamp 'yesterday'; expected ISO 8601")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,1,2,0,0", "line 2: 5 fields; expected 6")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,one,2,0,0,", "line 2: score 'one'; expected a finite number or nothing")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,NaN,2,0,0,", "line 2: score 'NaN'")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,1,2,yes,0,", "line 2: alarm 'yes'; expected 0 or 1")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,1,2,1,2,", "line 2: label '2'; expected 0, 1 or nothing")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,1,2,1,1,\"x", "line 2: a quote that is never closed")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,1,2,1,1,\"x\"y", "line 2: text after a closing quote")]
    [InlineData("H,base_pca\n2026-11-21T10:00:00.000Z,1,2,1,1,,inf", "line 2: base_pca 'inf'")]
    [InlineData("H\n2026-11-21T10:00:00.000Z,1,2,0,0,\n2026-11-21T10:00:00.000Z,1,2,0,0,", "line 3: timestamp 2026-11-21T10:00:00.000Z is not after")]
    public void What_is_wrong_is_named_with_its_line(string text, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "cn01_1.csv"), text.Replace("H", "timestamp,score,threshold,alarm,label,top_metrics"));
        var message = Assert.Throws<BadDataException>(() => ScoreFile.ReadAll(_folder).ToList()).Message;
        Assert.Contains("cn01_1.csv", message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Foreign_columns_are_scores_if_they_are_numbers_and_passed_over_if_not()
    {
        File.WriteAllText(Path.Combine(_folder, "cn01_1.csv"), "timestamp,score,threshold,alarm,label,top_metrics,pattern,other\n2026-11-21T10:00:00.000Z,1,,0,,\"a,b\",md_dense,7\n");
        var read = ScoreFile.ReadAll(_folder).Single();
        Assert.Equal("other", read.Extra.Single().Name);
        Assert.Equal(7, read.Extra.Single().Values.Single());
    }

    [Fact]
    public void An_empty_folder_is_said()
    {
        Assert.Contains("no score file", Assert.Throws<BadDataException>(() => ScoreFile.ReadAll(_folder)).Message);
        Assert.Contains("neither a folder nor a file", Assert.Throws<BadDataException>(() => ScoreFile.ReadAll(Path.Combine(_folder, "none"))).Message);
    }
}
