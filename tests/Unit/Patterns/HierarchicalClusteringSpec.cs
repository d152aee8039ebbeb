using Tocsin.Inference.Patterns;

namespace Tocsin.Unit.Patterns;

public sealed class HierarchicalClusteringSpec
{
    public static TheoryData<string, Linkage> Cases()
    {
        var cases = new TheoryData<string, Linkage>();
        foreach (var c in LinkageCase.All)
        {
            cases.Add(c.Name, Linkage.Ward);
            cases.Add(c.Name, Linkage.Average);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Joins_and_heights_are_scipys(string name, Linkage linkage)
    {
        var (table, truth) = Case(name, linkage);
        var joins = HierarchicalClustering.Link(table, linkage, threads: 1).Joins;
        Assert.Equal(truth.Left.Length, joins.Count);
        for (var i = 0; i < joins.Count; i++)
        {
            Assert.Equal((truth.Left[i], truth.Right[i], truth.Size[i]), (joins[i].Left, joins[i].Right, joins[i].Size));
            Assert.Equal(truth.Height[i], joins[i].Height, 1e-5 * Math.Max(1, truth.Height[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cuts_are_scipys_whatever_their_numbers(string name, Linkage linkage)
    {
        var (table, truth) = Case(name, linkage);
        var tree = HierarchicalClustering.Link(table, linkage, threads: 1);
        foreach (var (clusters, cut) in truth.Cuts)
            Assert.Equal(ByFirst(cut.Labels), tree.Cut(clusters));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Silhouettes_of_every_cut_are_scikit_learns(string name, Linkage linkage)
    {
        var (table, truth) = Case(name, linkage);
        var tree = HierarchicalClustering.Link(table, linkage, threads: 1);
        var curve = SilhouetteCurve.Of(table, tree, most: 14, threads: 2);
        foreach (var (clusters, cut) in truth.Cuts)
            Assert.Equal(cut.Silhouette, curve[clusters], 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Nothing_and_one_thing_have_no_joins(int count)
    {
        var tree = HierarchicalClustering.Link(new VectorTable(count, 3), Linkage.Ward, threads: 2);
        Assert.Empty(tree.Joins);
        Assert.Equal(new int[count], tree.Cut(count));
    }

    [Theory]
    [InlineData(Linkage.Ward)]
    [InlineData(Linkage.Average)]
    public void One_thread_and_many_agree_to_the_bit(Linkage linkage)
    {
        var table = Tables.Noise(count: 330, width: 1100, seed: 3);
        var alone = HierarchicalClustering.Link(table, linkage, threads: 1);
        var together = HierarchicalClustering.Link(table, linkage, threads: 3);
        Assert.Equal(alone.Joins, together.Joins);
        Assert.Equal(SilhouetteCurve.Of(table, alone, 20, 1), SilhouetteCurve.Of(table, alone, 20, 3));
    }

    [Fact]
    public void Distances_are_those_of_plain_arithmetic_on_every_border_of_a_tile()
    {
        var table = Tables.Noise(count: 131, width: 2077, seed: 5);
        var matrix = TriangularMatrix.OfDistances(table, squared: true, threads: 2);
        for (var i = 0; i < table.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                double expected = 0;
                for (var k = 0; k < table.Width; k++)
                    expected += Math.Pow(table.Row(i)[k] - table.Row(j)[k], 2);
                Assert.Equal(expected, matrix[i, j], 2e-6 * expected);
                Assert.Equal(matrix[i, j], matrix[j, i]);
            }
        }
    }

    private static (VectorTable Table, LinkageTruth Truth) Case(string name, Linkage linkage)
    {
        var found = LinkageCase.All.Single(c => c.Name == name);
        return (Tables.Of(found.Points), found.Linkages[linkage.ToString().ToLowerInvariant()]);
    }

    private static int[] ByFirst(int[] labels)
    {
        var order = labels.Distinct().ToList();
        return [.. labels.Select(l => order.IndexOf(l))];
    }
}
