using Tocsin.Actors.Faults.Labels;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Shared;

namespace Tocsin.Unit.Faults.Live;

public sealed class FolderArchiveSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-faults-").FullName;
    private readonly List<string> _said = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Whoever_is_killed_goes_on_with_the_same_model_labels_and_intervals()
    {
        var site = new LiveCluster();
        var before = New();
        LearnAnswer? answer = null;
        for (var i = 0; i < 400 && answer?.Serving is null; i++)
            answer = before.Step(site.Next());
        Assert.Equal(1, answer!.Serving!.Version);

        // Nothing was closed: what was kept is on the disk.
        var after = New().Step(LearnInput.Nothing);
        Assert.Equal(1, after.Serving!.Version);
        Assert.True(answer.Serving.Model.Model.Parameters.Block.SequenceEqual(after.Serving.Model.Model.Parameters.Block));
        Assert.Equal(answer.Status.IntervalsKept, after.Status.IntervalsKept);
        Assert.Equal(answer.Status.Labels.Sum(l => l.Faults), after.Status.Labels.Sum(l => l.Faults));
        Assert.Equal(answer.Recent.Select(r => r.Number), after.Recent.Select(r => r.Number));
        Assert.DoesNotContain(_said, s => !s.StartsWith("fault model version 1", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_put_in_the_place_of_a_version_do_not_serve_where_a_simulator_made_them()
    {
        var site = new LiveCluster();
        var before = New();
        LearnAnswer? answer = null;
        for (var i = 0; i < 400 && answer?.Serving is null; i++)
            answer = before.Step(site.Next());
        var path = Path.Combine(_folder, "models", "v1.model");
        var (model, version) = FaultModelFile.Read(path);
        FaultModelFile.Write(path, model, version with { Source = ModelSource.Simulator });
        var after = New().Step(LearnInput.Nothing);
        Assert.Null(after.Serving);
        Assert.Contains(_said, s => s.StartsWith("v1.model holds version 1 (simulator)", StringComparison.Ordinal));
    }

    [Fact]
    public void Damage_costs_what_is_damaged_and_is_said()
    {
        var site = new LiveCluster();
        var learner = New();
        for (var i = 0; i < 5; i++)
            learner.Step(site.Next());
        File.WriteAllBytes(Directory.GetFiles(Path.Combine(_folder, "intervals")).Order().First(), [1, 2, 3]);
        File.WriteAllText(Path.Combine(_folder, "state.json"), "{");
        Assert.Equal(4, New().Step(LearnInput.Nothing).Status.IntervalsKept);
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public void Intervals_of_another_length_begin_anew_and_labels_stay()
    {
        var site = new LiveCluster();
        var learner = New();
        LearnInput next;
        do
            learner.Step(next = site.Next());
        while (next.Labels.Count == 0);
        var archive = new FolderArchive(_folder, 60_000, false, _said.Add).Load();
        Assert.Empty(archive.Intervals);
        Assert.NotEmpty(archive.Labels);
    }

    [Fact]
    public void A_folder_that_cannot_be_is_a_typed_failure()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var archive = new FolderArchive(Path.Combine(_folder, "file", "faults"), LiveCluster.Length, false, _said.Add);
        Assert.Throws<DependencyException>(() => archive.Load());
        Assert.Throws<DependencyException>(() => archive.Append([new LabelRecord("a", "c", "n", LabelOrigin.Rule, null, 0, null, 0, "", "")], new LabelBook()));
    }

    private FaultLearner New() => new(LiveCluster.Settings, new FolderArchive(_folder, LiveCluster.Length, false, _said.Add), _said.Add);
}
