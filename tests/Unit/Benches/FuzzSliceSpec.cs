using Tocsin.Daemon.Benches;

namespace Tocsin.Unit.Benches;

/// <summary>The first seeds of what <c>tocsin bench fuzz</c> runs a million of.</summary>
public sealed class FuzzSliceSpec
{
    public static TheoryData<string> Names => new(FuzzBench.Targets.Select(t => t.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void No_parser_throws_or_loses_count_on_random_and_damaged_input(string name)
    {
        var next = FuzzBench.Targets.Single(t => t.Name == name).Begin();
        for (var seed = 0; seed < 1500; seed++)
            next(seed);
    }
}
