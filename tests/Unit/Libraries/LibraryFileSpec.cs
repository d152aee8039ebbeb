using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Inference.Libraries;
using Tocsin.Shared;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Libraries;

public sealed class LibraryFileSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-test").FullName;

    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Whole = new(() =>
    {
        var path = Path.GetTempFileName();
        try
        {
            LibraryFile.Save(path, SmallRecording.Library.Value);
            return SectionFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    });

    private string Saved => Path.Combine(_folder, "library");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_library_that_was_put_away_gives_the_same_verdicts_to_the_bit()
    {
        LibraryFile.Save(Saved, SmallRecording.Library.Value);
        var loaded = LibraryFile.Load(Saved);
        foreach (var kind in SmallRecording.Kinds)
        {
            var segment = SmallRecording.Of(kind, 60, 21, change: (t, m, v) => t > 40 && m == 0 ? v + 50 : v);
            Assert.Equal(Verdicts.Lines(SmallRecording.Library.Value, segment), Verdicts.Lines(loaded, segment));
        }
        Assert.Equal(SmallRecording.Library.Value.Thresholds, loaded.Thresholds);
        Assert.Equal(SmallRecording.Library.Value.Report.Figures, loaded.Report.Figures);
    }

    [Fact]
    public void Saved_again_it_is_the_same_file()
    {
        LibraryFile.Save(Saved, SmallRecording.Library.Value);
        var again = Path.Combine(_folder, "again");
        LibraryFile.Save(again, LibraryFile.Load(Saved));
        Assert.Equal(File.ReadAllBytes(Saved), File.ReadAllBytes(again));
    }

    /// <summary>Sealed anew by someone who knows how: sums match, contents do not.</summary>
    [Theory]
    [InlineData("Window", "0")]
    [InlineData("Window", "100000")]
    [InlineData("Window", "\"x\"")]
    [InlineData("Window", null)]
    [InlineData("Extra", "1")]
    [InlineData("Plan", "null")]
    [InlineData("Models", "[]")]
    [InlineData("Models.0", "null")]
    [InlineData("Models.0.Block", "null")]
    [InlineData("Models.1.Block", "\"array999999\"")]
    [InlineData("Models.1.PatternId", "4")]
    [InlineData("Models.1.PatternId", "-1")]
    [InlineData("Shape.Layers", "2000000000")]
    [InlineData("Shape.Hidden", "16384")]
    [InlineData("Shape.Metrics", "5")]
    [InlineData("Shape.SegmentIds", "1")]
    [InlineData("Groups.Count", "0")]
    [InlineData("Groups.Count", "1000000000")]
    [InlineData("Envelope.Windows", "[]")]
    [InlineData("Envelope.Windows", "[1,3,-8]")]
    [InlineData("Envelope.Windows", "[1,3,2000000000]")]
    [InlineData("Envelope.Top", "0")]
    [InlineData("Patterns.Space.Metrics", "3")]
    [InlineData("Patterns.Levels", "[]")]
    [InlineData("Patterns.Levels.0.HeadFrames", "1000000000")]
    [InlineData("Patterns.Levels.0.HeadFrames", "-1")]
    [InlineData("Patterns.Patterns", "[]")]
    [InlineData("Patterns.JobNames.Reach", "0.5")]
    [InlineData("PatternZ.Patterns", "70")]
    [InlineData("PatternZ.Metrics", "3")]
    [InlineData("Plan.Metrics.0", "null")]
    [InlineData("Plan.Metrics.1.Name", "\"cpu\"")]
    [InlineData("Plan.Metrics.1.Treatment", "77")]
    [InlineData("Calibration.Pooled", "null")]
    [InlineData("Calibration.Patterns", "[]")]
    public void A_manifest_that_was_bent_is_refused_and_nothing_is_scored_with_it(string path, string? value)
    {
        Bend(sections =>
        {
            var root = JsonNode.Parse(sections["manifest"])!;
            var parts = path.Split('.');
            var node = parts[..^1].Aggregate(root, (n, p) => (int.TryParse(p, out var i) ? n[i] : n[p])!);
            if (value is null)
                node.AsObject().Remove(parts[^1]);
            else if (int.TryParse(parts[^1], out var index))
                node[index] = JsonNode.Parse(value);
            else
                node[parts[^1]] = JsonNode.Parse(value);
            sections["manifest"] = Encoding.UTF8.GetBytes(root.ToJsonString());
        });
        Refused();
    }

    [Fact]
    public void An_array_that_is_shorter_or_longer_is_refused_wherever_it_stands()
    {
        var whole = Whole.Value;
        var manifest = Encoding.UTF8.GetString(whole["manifest"]);
        var survived = new List<string>();
        foreach (var name in whole.Keys.Where(k => k != "manifest"))
        {
            // Silhouettes and members are for the report alone: nothing is computed with them. No principal component at all is legal.
            if (manifest.Split('\n').First(l => l.Contains(name)) is var line && (line.Contains("ilhouettes") || line.Contains("Members") || line.Contains("TooShort")))
                continue;
            var bytes = whole[name];
            foreach (var (what, other) in new (string, byte[])[] { ("empty", []), ("shorter", bytes[..Math.Max(0, bytes.Length - 8)]), ("longer", [.. bytes, 0, 0, 0, 0, 0, 0, 0, 0]) })
            {
                if (other.Length == bytes.Length || (what == "empty" && line.Contains("Directions")))
                    continue;
                Bend(sections => sections[name] = other);
                if (!Refuses())
                    survived.Add($"{what}: {line.Trim()}");
            }
        }
        Assert.Empty(survived);
    }

    [Fact]
    public void A_manifest_that_is_no_JSON_or_not_there_is_refused()
    {
        Bend(sections => sections["manifest"] = "{ not json"u8.ToArray());
        Refused();
        Bend(sections => sections.Remove("manifest"));
        Refused();
    }

    private void Bend(Action<Dictionary<string, byte[]>> bend)
    {
        var sections = new Dictionary<string, byte[]>(Whole.Value, StringComparer.Ordinal);
        bend(sections);
        SectionFile.Write(Saved, sections);
    }

    private bool Refuses()
    {
        try
        {
            LibraryFile.Load(Saved);
            return false;
        }
        catch (LibraryRefusedException)
        {
            return true;
        }
    }

    private void Refused()
    {
        var refusal = Assert.Throws<LibraryRefusedException>(() => LibraryFile.Load(Saved));
        Assert.StartsWith("library 'library' cannot be used: ", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain(_folder, refusal.Message);
    }
}
