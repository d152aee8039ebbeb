using Tocsin.Ingest.Slurm;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class HostlistSpec
{
    /// <summary>What <c>scontrol show hostnames</c> of Slurm 22.05 says, doubles left out; the last two are forms of other tools.</summary>
    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n1,n2", "n1 n2")]
    [InlineData("n[001-003]", "n001 n002 n003")]
    [InlineData("n[001-3]", "n001 n002 n003")]
    [InlineData("n[9-11]", "n9 n10 n11")]
    [InlineData("n[098-100]", "n098 n099 n100")]
    [InlineData("n[98-100]", "n98 n99 n100")]
    [InlineData("n[3,1,2]", "n3 n1 n2")]
    [InlineData("n[01,1]", "n01 n1")]
    [InlineData("n[1-2,2-3],n1", "n1 n2 n3")]
    [InlineData("n[003-005,7],login", "n003 n004 n005 n7 login")]
    [InlineData("a[1-2]b[3-4]", "a1b3 a1b4 a2b3 a2b4")]
    [InlineData("a[1-2]b[3-4]c[5-6]", "a1b3c5 a1b3c6 a2b3c5 a2b3c6 a1b4c5 a1b4c6 a2b4c5 a2b4c6")]
    [InlineData("n[1-2][3-4]", "n13 n14 n23 n24")]
    [InlineData("[1-3]", "1 2 3")]
    [InlineData(",n1,,n2,", "n1 n2")]
    [InlineData("n1, n1 ,n2", "n1 n2")]
    [InlineData("n[999999999999999999]", "n999999999999999999")]
    [InlineData("", "")]
    [InlineData("r[1-2]n[0-1]-ib", "r1n0-ib r1n1-ib r2n0-ib r2n1-ib")]
    [InlineData("n.a[1-2].x", "n.a1.x n.a2.x")]
    public void Expands_as_Slurm_does(string text, string expected)
    {
        Assert.Null(Hostlist.Expand(text, out var names));
        Assert.Equal(expected, string.Join(' ', names));
    }

    [Theory]
    [InlineData("n[1-")]
    [InlineData("n[")]
    [InlineData("n1]")]
    [InlineData("n[1-2]]")]
    [InlineData("n[[1]]")]
    [InlineData("n[a-b]")]
    [InlineData("n[]")]
    [InlineData("n[1,]")]
    [InlineData("n[1-]")]
    [InlineData("n[-1]")]
    [InlineData("n[1 -2]")]
    [InlineData("n[+1]")]
    [InlineData("n[1-2-3]")]
    [InlineData("n[5-1]")]
    [InlineData("n[0-8/2]")]
    [InlineData("n[0-8:2]")]
    [InlineData("n[0-65536]")]
    [InlineData("n[0-999]r[0-999]")]
    [InlineData("n[0-40000],n[0-40000]")]
    [InlineData("n[0-999999999999999999]")]
    [InlineData("n[0-999999999999999999,0-999999999999999999,0-999999999999999999,0-999999999999999999,0-999999999999999999,0-999999999999999999]")]
    [InlineData("n[9999999999999999999]")]
    [InlineData("a[1]b[1]c[1]d[1]e[1]f[1]g[1]h[1]i[1]")]
    [InlineData("(null)")]
    [InlineData("n1;n2")]
    [InlineData("../n1")]
    [InlineData("-n[1-2]")]
    public void Refuses_what_is_no_list_or_has_no_bound(string text)
    {
        Assert.NotNull(Hostlist.Expand(text, out var names));
        Assert.Empty(names);
    }

    [Fact]
    public void Refuses_a_name_longer_than_a_node_may_have()
    {
        Assert.Null(Hostlist.Expand(new string('n', 255), out _));
        Assert.NotNull(Hostlist.Expand(new string('n', 255) + "[1-2]", out _));
        Assert.NotNull(Hostlist.Expand(new string('n', Hostlist.MaxText + 1), out _));
    }

    /// <summary>What <c>scontrol show hostlist</c> of Slurm 22.05 writes.</summary>
    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n2,n1,n3", "n[2,1,3]")]
    [InlineData("n01,n2", "n[01,2]")]
    [InlineData("n09,n10,n11", "n[09-11]")]
    [InlineData("n099,n100", "n[099-100]")]
    [InlineData("n99,n100,n101", "n[99-101]")]
    [InlineData("n9,n010", "n[9,010]")]
    [InlineData("n001,n1", "n[001,1]")]
    [InlineData("n0,n00,n000", "n[0,00,000]")]
    [InlineData("r1n01,r1n02,r2n01,r2n02", "r1n[01-02],r2n[01-02]")]
    [InlineData("a1x,a2x", "a1x,a2x")]
    [InlineData("login,n1,n2", "login,n[1-2]")]
    [InlineData("n1,x,n2", "n1,x,n2")]
    [InlineData("", "")]
    public void Compresses_as_Slurm_does(string names, string expected) =>
        Assert.Equal(expected, Hostlist.Compress(names.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void The_same_nodes_in_any_order_compress_to_the_same_list()
    {
        var names = Enumerable.Range(1, 300).Select(i => $"cn{i:D4}").Append("login").ToArray();
        var shuffled = names.ToArray();
        new Random(7).Shuffle(shuffled);
        Assert.Equal("cn[0001-0300],login", Hostlist.CompressSorted(shuffled.Concat(names)));
    }

    [Fact]
    public void A_name_of_more_digits_than_a_number_has_stays_text()
    {
        const string Name = "n123456789012345678901234567890";
        Assert.Equal(Name, Hostlist.Compress([Name]));
        Assert.Null(Hostlist.Expand(Name, out var names));
        Assert.Equal([Name], names);
    }
}
