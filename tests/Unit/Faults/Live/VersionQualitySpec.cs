using System.Text.Json;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Inference.Faults;

namespace Tocsin.Unit.Faults.Live;

/// <summary>An action may rest on a version only while its words, held against labels that came later, keep every bound.</summary>
public sealed class VersionQualitySpec
{
    [Fact]
    public void Nine_faults_are_too_few_whatever_was_said_of_them()
    {
        var nine = Met(VersionQuality.Of(3), (0.9f, 9, 1), (0.01f, 0, 400));
        Assert.Equal("its predictions met 9 of 10 labelled faults", nine.WhyNot());
        Assert.Null(nine.With(0.9f, true).WhyNot());
    }

    [Fact]
    public void Who_says_how_frequent_faults_are_is_well_calibrated_and_not_to_be_acted_on()
    {
        var rate = Met(VersionQuality.Of(1), (0.02f, 20, 980));
        Assert.Equal(0, rate.Skill, 3);
        Assert.Equal(0, rate.Miscalibration, 3);
        Assert.StartsWith("it is not clearly better than how frequent faults are: Brier skill", rate.WhyNot());
    }

    [Fact]
    public void What_chance_may_have_given_is_not_enough()
    {
        // Better, by one hit among ten.
        var lucky = Met(VersionQuality.Of(1), (0.95f, 1, 0), (0.01f, 9, 990));
        Assert.InRange(lucky.Skill, 0.05, 0.3);
        Assert.StartsWith("it is not clearly better", lucky.WhyNot());
        var often = Met(VersionQuality.Of(1), (0.95f, 19, 1), (0.01f, 9, 990));
        Assert.Null(often.WhyNot());
    }

    [Fact]
    public void Who_finds_the_faults_and_says_them_at_half_their_chance_is_off()
    {
        var timid = Met(VersionQuality.Of(1), (0.5f, 100, 0), (0.001f, 0, 900));
        Assert.True(timid.Skill - (2 * timid.SkillError) > VersionQuality.LeastSkill, $"{timid.Skill} {timid.SkillError}");
        Assert.StartsWith("its probabilities are off: ", timid.WhyNot());
        var right = Met(VersionQuality.Of(1), (0.5f, 100, 100), (0.001f, 1, 900));
        Assert.Null(right.WhyNot());
    }

    [Fact]
    public void Brier_and_its_base_are_what_they_are_defined_as()
    {
        (float Said, bool Fault)[] seen = [(0.1f, false), (0.7f, true), (0.3f, true), (0.02f, false), (0.02f, false)];
        var quality = seen.Aggregate(VersionQuality.Of(1), (q, s) => q.With(s.Said, s.Fault));
        Assert.Equal(seen.Average(s => Math.Pow(s.Said - (s.Fault ? 1 : 0), 2)), quality.Brier, 6);
        Assert.Equal(0.4 * 0.6, quality.Base, 9);
        Assert.Equal(1 - (quality.Brier / quality.Base), quality.Skill, 9);
    }

    [Fact]
    public void What_it_was_worth_long_ago_is_forgotten()
    {
        var good = Met(VersionQuality.Of(1), (0.9f, 190, 20), (0.005f, 1, 2000));
        Assert.Null(good.WhyNot());
        var lost = good;
        for (var i = 0; i < 20; i++)
            lost = Met(lost, (0.005f, 20, 200), (0.9f, 0, 20));
        Assert.NotNull(lost.WhyNot());
        Assert.InRange(lost.Faults, 100, 200);
    }

    [Fact]
    public void Each_version_has_its_own_figures_and_they_survive_the_state_file()
    {
        var figures = new FaultScores([]);
        figures.Add(0, 1, FaultClass.Cpu, [0.2f, 0.6f, 0.1f, 0.05f, 0.05f]);
        figures.Add(0, 2, FaultClass.None, [0.9f, 0.1f, 0, 0, 0]);
        var state = JsonSerializer.Deserialize<StoredModels>(JsonSerializer.Serialize(StoredModels.None with { Quality = figures.Quality }))!;
        var again = new FaultScores([], state.Quality);
        Assert.Equal((1, 0), (again.Of(1).Faults, again.Of(2).Faults));
        Assert.Equal(figures.Of(1).Brier, again.Of(1).Brier);
        again.Keep([2]);
        Assert.Equal(0, again.Of(1).Labelled);
        // Of other bins, from another program: begun anew and no failure.
        Assert.Equal(0, new FaultScores([], [new VersionQuality(1, [QualityBin.None])]).Of(1).Labelled);
    }

    /// <param name="seen">Said so often of faulty and of healthy host-intervals.</param>
    private static VersionQuality Met(VersionQuality quality, params (float Said, int Faulty, int Healthy)[] seen)
    {
        foreach (var (said, faulty, healthy) in seen)
        {
            for (var i = 0; i < faulty; i++)
                quality = quality.With(said, true);
            for (var i = 0; i < healthy; i++)
                quality = quality.With(said, false);
        }
        return quality;
    }
}
