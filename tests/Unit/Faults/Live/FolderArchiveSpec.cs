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
        Served(before, site);
        var path = Path.Combine(_folder, "models", "v1.model");
        var (model, version) = FaultModelFile.Read(path);
        FaultModelFile.Write(path, model, version with { Source = ModelSource.Simulator });
        var after = New().Step(LearnInput.Nothing);
        Assert.Null(after.Serving);
        Assert.Contains(_said, s => s.Contains("v1.model cannot be read and is left out: it holds version 1 (simulator)", StringComparison.Ordinal));
        Assert.True(File.Exists(path + SetAside.Ending));
    }

    [Fact]
    public void Damage_costs_what_is_damaged_is_said_by_name_and_is_kept_aside()
    {
        var site = new LiveCluster();
        var learner = New();
        for (var i = 0; i < 5; i++)
            learner.Step(site.Next());
        var damaged = Directory.GetFiles(Path.Combine(_folder, "intervals")).Order().First();
        File.WriteAllBytes(damaged, [1, 2, 3]);
        var state = Path.Combine(_folder, "state.json");
        File.WriteAllText(state, "{");
        Assert.Equal(4, New().Step(LearnInput.Nothing).Status.IntervalsKept);
        Assert.Equal(2, _said.Count);
        Assert.All(new[] { damaged, state }, path => Assert.Contains(_said, s => s.StartsWith($"{path} cannot be read and is left out: ", StringComparison.Ordinal)));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(damaged + SetAside.Ending));
        Assert.Equal("{", File.ReadAllText(state + SetAside.Ending));
        // Said once: the next start finds nothing that cannot be read.
        Assert.Equal(4, New().Step(LearnInput.Nothing).Status.IntervalsKept);
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public void Weights_whose_state_is_lost_are_kept_aside_and_not_removed_with_the_next_version()
    {
        Served(New());
        File.WriteAllText(Path.Combine(_folder, "state.json"), """{"Format": 99}""");
        var models = Path.Combine(_folder, "models");
        var before = File.ReadAllBytes(Path.Combine(models, "v1.model"));
        var after = New();
        Assert.Null(after.Step(LearnInput.Nothing).Serving);
        after.Step(new LiveCluster().Next());
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(models, "v1.model" + SetAside.Ending)));
    }

    [Fact]
    public void What_is_kept_aside_is_bounded_and_nothing_takes_the_place_of_another()
    {
        var aside = new SetAside(_said.Add);
        var path = Path.Combine(_folder, "a.interval");
        for (var i = 0; i < 3; i++)
        {
            File.WriteAllText(path, $"{i}");
            aside.Put(path, "why");
        }
        Assert.Equal(["0", "1", "2"], Directory.GetFiles(_folder, "a.*").Select(File.ReadAllText).Order());
        for (var i = 0; i < SetAside.Most; i++)
        {
            var next = Path.Combine(_folder, $"b{i:D3}.interval");
            File.WriteAllText(next, "");
            File.SetLastWriteTimeUtc(next, DateTime.UnixEpoch.AddYears(100).AddSeconds(i));
            aside.Put(next, "why");
        }
        Assert.Equal(SetAside.Most, Directory.GetFiles(_folder, "*" + SetAside.Ending).Length);
        Assert.Empty(Directory.GetFiles(_folder, "a.*"));
        Assert.Equal(3, _said.Count(s => s.Contains(" is removed: ", StringComparison.Ordinal)));
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

    private static void Served(FaultLearner learner, LiveCluster? site = null)
    {
        site ??= new LiveCluster();
        for (var i = 0; i < 400; i++)
        {
            if (learner.Step(site.Next()).Serving is not null)
                return;
        }
        Assert.Fail("no version serves");
    }

    private FaultLearner New() => new(LiveCluster.Settings, new FolderArchive(_folder, LiveCluster.Length, false, _said.Add), _said.Add);
}
