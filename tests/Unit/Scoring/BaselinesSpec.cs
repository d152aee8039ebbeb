using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class BaselinesSpec
{
    [Fact]
    public void Pca_residuals_agree_with_scikit_learn()
    {
        var lines = Fixtures.Lines("pca.csv").ToArray();
        float[][] Rows(string kind) => [.. lines.Where(l => l[0] == kind).Select(l => l.Skip(1).Select(float.Parse).ToArray())];
        var (train, test) = (Rows("train"), Rows("test"));
        var expected = lines.Where(l => l[0] == "residual").Select(l => l.Skip(1).Select(double.Parse).ToArray()).ToArray();
        var metrics = train[0].Length;
        var pca = PcaResidual.Fit([new TrainingRows(train.SelectMany(r => r).ToArray(), 0)], metrics);
        Assert.Equal(int.Parse(lines[0][1]), pca.Components);
        var residual = new double[metrics];
        for (var i = 0; i < test.Length; i++)
        {
            pca.Residual(test[i], residual);
            Assert.Equal(expected[i], residual.Select(r => r * r), (a, b) => Math.Abs(a - b) < 1e-6 * (1 + a));
        }
        // The last five leave the plane that training lies in.
        Assert.True(test[5..].Average(r => pca.Score(r)) > 2 * test[..5].Average(r => pca.Score(r)));
        Assert.InRange(train.Average(r => (double)pca.Score(r)), 0.3, 1);
    }

    [Fact]
    public void Eigenvectors_rebuild_their_matrix()
    {
        const int n = 40;
        var random = new Random(2);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
                a[i * n + j] = a[j * n + i] = random.NextDouble() - 0.5;
        }
        var (values, v) = SymmetricEigen.Solve(a, n);
        Assert.Equal(values.OrderDescending(), values);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(a[i * n + j], Enumerable.Range(0, n).Sum(k => values[k] * v[k * n + i] * v[k * n + j]), 1e-12);
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, n).Sum(k => v[i * n + k] * v[j * n + k]), 1e-12);
            }
        }
    }

    [Fact]
    public void Pattern_z_knows_what_is_normal_for_which_pattern()
    {
        var random = new Random(6);
        float[] Rows(float centre, int frames) => [.. Enumerable.Range(0, frames * 3).Select(_ => centre + 0.2f * (float)Synthetic.Normal(random))];
        var z = PatternZ.Fit([new(Rows(-2, 300), 0), new(Rows(2, 300), 1), new(Rows(0, 5), 2)], 3, 3);
        Assert.InRange(z.Score([-2, -2, -2], 0), 0, 0.2);
        Assert.InRange(z.Score([-2, -2, -2], 1), 18, 24);
        // Too few frames, or no such pattern: against all of training.
        Assert.Equal(z.Score([-2, -2, -2], -1), z.Score([-2, -2, -2], 2));
        Assert.InRange(z.Score([-2, -2, -2], 99), 0.9, 1.1);
    }

    [Fact]
    public void A_few_faults_in_training_do_not_widen_what_is_normal()
    {
        var random = new Random(6);
        float[] rows = [.. Enumerable.Range(0, 1000).Select(t => (t % 50 == 0 ? 30f : 0) + (float)Synthetic.Normal(random))];
        var z = PatternZ.Fit([new(rows, 0)], 1, 1);
        Assert.InRange(z.Sigmas[0], 0.85f, 1.1f);
        Assert.InRange(z.Means[0], -0.1f, 0.1f);
    }

    [Fact]
    public void Faults_that_all_metrics_share_are_trimmed_out_of_what_is_normal()
    {
        // Not outlying one by one, but far off as frames: a twentieth of the frames, three deviations off, in all of twenty metrics.
        var random = new Random(6);
        const int M = 20;
        var rows = new float[1000 * M];
        for (var t = 0; t < 1000; t++)
        {
            for (var m = 0; m < M; m++)
                rows[t * M + m] = (float)Synthetic.Normal(random) + (t % 20 == 0 ? 3 : 0);
        }
        Assert.InRange(PatternZ.Fit([new(rows, 0)], 1, M).Means.Take(M).Average(), -0.05f, 0.05f);
        Assert.InRange(PatternZ.Fit([new(rows, 0)], 1, M, trim: 0).Means.Take(M).Average(), 0.1f, 0.2f);
        var trimmed = RowTrimming.WithoutStrangest([new(rows, 0)], M, 0.05, (row, _) => PlainZ.Mean(row)).Single();
        Assert.Equal(950 * M, trimmed.Rows.Length);
    }

    [Fact]
    public void A_pattern_with_fewer_frames_than_metrics_has_no_plane_of_its_own()
    {
        var random = new Random(6);
        float[] Line(float[] along, int frames) =>
            [.. Enumerable.Range(0, frames).SelectMany(_ => { var x = (float)Synthetic.Normal(random); return along.Select(a => a * x + 0.01f * (float)Synthetic.Normal(random)); })];
        var pca = PatternPca.Fit([new(Line([1, 1, 0], 200), 0), new(Line([1, -1, 0], 200), 1), new(Line([0, 0, 1], 2), 2)], 3, 3);
        Assert.True(pca.Score([1, 1, 0], 1) > 100 * pca.Score([1, 1, 0], 0));
        Assert.Equal(pca.All.Score([1, 1, 0]), pca.Score([1, 1, 0], 2));
        Assert.Equal(pca.All.Score([1, 1, 0]), pca.Score([1, 1, 0], -1));
    }

    [Fact]
    public void Plain_z_is_the_mean_and_the_largest_distance()
    {
        Assert.Equal(2, PlainZ.Mean([1, -3, 2]));
        Assert.Equal(3, PlainZ.Max([1, -3, 2]));
    }
}
