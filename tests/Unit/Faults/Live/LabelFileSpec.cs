using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Unit.Faults.Live;

public sealed class LabelFileSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-labels-").FullName;
    private readonly List<string> _said = [];
    private readonly LabelBook _book = new();

    private string At => Path.Combine(_folder, "labels.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_appended_is_there_for_who_never_closed_anything()
    {
        var file = new LabelFile(At, false, _said.Add);
        Take(file, Record("a", FaultClass.Cpu), Record("b", null));
        Take(file, Record("a", FaultClass.Cpu) with { UntilMs = 7 });
        var read = new LabelFile(At, false, _said.Add).Load();
        Assert.Equal(2, read.Count);
        Assert.Equal(7, read.Single(r => r.Key == "a").UntilMs);
        Assert.Equal(LabelOrigin.Rule, read[0].Origin);
        Assert.Empty(_said);
    }

    [Fact]
    public void A_line_that_was_torn_costs_itself_and_not_the_next_one()
    {
        var file = new LabelFile(At, false, _said.Add);
        Take(file, Record("a", FaultClass.Cpu), Record("b", FaultClass.Ram));
        var text = File.ReadAllText(At);
        File.WriteAllText(At, text[..^10]);
        Take(new LabelFile(At, false, _said.Add), Record("c", FaultClass.Disk));
        Assert.Equal(["a", "c"], new LabelFile(At, false, _said.Add).Load().Select(r => r.Key).Order());
        Assert.Single(_said);
    }

    [Fact]
    public void It_does_not_grow_with_what_is_said_again()
    {
        var file = new LabelFile(At, false, _said.Add);
        for (var i = 0; i < 3000; i++)
            Take(file, Record("a", FaultClass.Cpu) with { UntilMs = i + 1 });
        Assert.InRange(File.ReadLines(At).Count(), 1, 1010);
        Assert.Equal(3000, Assert.Single(new LabelFile(At, false, _said.Add).Load()).UntilMs);
    }

    [Fact]
    public void A_disk_that_is_away_is_a_typed_failure()
    {
        var nowhere = new LabelFile(Path.Combine(_folder, "none", "labels.jsonl"), false, _said.Add);
        Assert.Empty(nowhere.Load());
        Assert.Throws<DependencyException>(() => Take(nowhere, Record("a", FaultClass.Cpu)));
    }

    private void Take(LabelFile file, params LabelRecord[] records) => file.Append([.. records.Select(_book.Take).OfType<LabelRecord>()], _book);

    private static LabelRecord Record(string key, FaultClass? fault) => new(key, "c", "n1", LabelOrigin.Rule, fault, 0, null, 5, "link-down", "words\nwith \"everything\" \u0007 in them");
}
