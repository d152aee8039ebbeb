using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Tensors;

public sealed class SeededRandomSpec
{
    /// <summary>The first outputs of the authors' xoshiro256** seeded with SplitMix64 from 0: SplitMix64(0) starts e220a8397b1dcdaf.</summary>
    [Fact]
    public void Numbers_are_those_of_the_published_generator()
    {
        var random = new SeededRandom(0);
        Assert.Equal(0x99ec5f36cb75f2b4UL, random.NextBits());
        Assert.Equal(0xbf6e1f784956452aUL, random.NextBits());
        Assert.Equal(0x1a5f849d4933e6e0UL, random.NextBits());
    }

    [Fact]
    public void Whole_numbers_cover_their_range_evenly()
    {
        var random = new SeededRandom(3);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[random.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void A_shuffle_keeps_every_item()
    {
        var items = Enumerable.Range(0, 50).ToArray();
        new SeededRandom(3).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 50), items);
        Assert.Equal(Enumerable.Range(0, 50), items.Order());
    }
}
