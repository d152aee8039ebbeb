using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Unit.Faults;

public sealed class ModelVersionsSpec
{
    private const int Kept = 4;

    private static readonly Contest Won = new(new TuningOptions());

    [Fact]
    public void Weights_are_kept_of_so_many_versions_the_first_and_the_newest_and_numbers_of_all()
    {
        var (versions, models) = After(9);
        Assert.Equal(10, versions.All.Count);
        Assert.Equal((10, Kept - 1), (versions.Serving, versions.Earlier.Count));
        Assert.Equal([1, 8, 9], versions.Earlier);
        Assert.Same(models[9], versions.Model);
    }

    [Fact]
    public void The_way_back_ends_at_the_first_version()
    {
        var (versions, models) = After(9);
        List<int> seen = [];
        while (versions.RollBack(now: 500))
            seen.Add(versions.Serving);
        Assert.Equal([9, 8, 1], seen);
        Assert.Same(models[0], versions.Model);
        Assert.Equal(500, versions.All[0].BroughtBack);
    }

    [Fact]
    public void A_challenger_that_lost_has_its_numbers_kept_and_its_weights_not()
    {
        var (versions, models) = After(1);
        var lost = versions.Add(new IntervalRange(0, 5), 1, 0, 0);
        versions.Judge(lost.Number, models[0], Won, Verdict.Rejected, now: 70);
        Assert.Equal((Verdict.Rejected, -1), (versions.All[^1].Verdict, versions.All[^1].Since));
        Assert.Equal(2, versions.Serving);
    }

    /// <summary>One trained offline, then so many tuned ones that all won.</summary>
    private static (ModelVersions Versions, FaultModel[] Models) After(int tuned)
    {
        var shape = new MoeShape(4, 2, Width: 16, Heads: 1, Experts: 1);
        var scaling = new InputScaling([0], [1], [0], [1]);
        FaultModel[] models = [.. Enumerable.Range(0, tuned + 1).Select(i => new FaultModel(MoeModel.Create(shape, (ulong)i), scaling, Calibration.None, 1, 3))];
        var versions = new ModelVersions(models[0], Kept, new IntervalRange(0, 10), since: 10);
        foreach (var model in models[1..])
            versions.Judge(versions.Add(new IntervalRange(0, 10), 1, 0, 0).Number, model, Won, Verdict.Promoted, now: 60);
        return (versions, models);
    }
}
