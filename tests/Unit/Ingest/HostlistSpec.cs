using Tocsin.Ingest.Recordings;

namespace Tocsin.Unit.Ingest;

public sealed class HostlistSpec
{
    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n1,n2", "n1 n2")]
    [InlineData("n[001-003]", "n001 n002 n003")]
    [InlineData("n[9-11]", "n9 n10 n11")]
    [InlineData("n[003-005,7],login", "n003 n004 n005 n7 login")]
    [InlineData("r[1-2]n[0-1]-ib", "r1n0-ib r1n1-ib r2n0-ib r2n1-ib")]
    [InlineData("n1, n1 ,n2", "n1 n2")]
    [InlineData("", "")]
    public void Expands_as_Slurm_does(string text, string expected)
    {
        Assert.Null(Hostlist.Expand(text, out var names));
        Assert.Equal(expected, string.Join(' ', names));
    }

    [Theory]
    [InlineData("n[1-")]
    [InlineData("n1]")]
    [InlineData("n[[1]]")]
    [InlineData("n[a-b]")]
    [InlineData("n[]")]
    [InlineData("n[1-2-3]")]
    [InlineData("n[5-1]")]
    [InlineData("n[0-99999999]")]
    [InlineData("n[0-999]r[0-999]")]
    public void Refuses_what_is_no_list_or_has_no_bound(string text) => Assert.NotNull(Hostlist.Expand(text, out _));
}
