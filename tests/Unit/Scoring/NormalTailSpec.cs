using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class NormalTailSpec
{
    [Fact]
    public void Agrees_with_scipy()
    {
        foreach (var line in Fixtures.Lines("normal.csv").Skip(1))
        {
            double z = double.Parse(line[0]), expected = double.Parse(line[1]);
            Assert.Equal(1, NormalTail.LogSurvival(z) / expected, 1e-12);
            Assert.Equal(z, NormalTail.FromLogSurvival(expected), 1e-9);
        }
    }

    [Fact]
    public void The_inverse_holds_far_out() =>
        Assert.All((double[])[1e-9, 0.5, 1, 10, 1e3, 1e6, 1e10], minusLogP => Assert.Equal(1, NormalTail.LogSurvival(NormalTail.FromLogSurvival(-minusLogP)) / -minusLogP, 1e-12));
}
