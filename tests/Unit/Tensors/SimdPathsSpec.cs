using Tocsin.Inference.Tensors;
using Tocsin.Shared;

namespace Tocsin.Unit.Tensors;

public sealed class SimdPathsSpec
{
    [Fact]
    public void Without_a_wish_the_widest_path_is_taken() => Assert.Equal(SimdPaths.Available[^1], SimdPaths.Parse(null));

    [Fact]
    public void A_path_can_be_forced_by_name() => Assert.Equal(SimdPath.Portable, SimdPaths.Parse("portable"));

    [Fact]
    public void An_unknown_path_is_refused_with_what_there_is()
    {
        var message = Assert.Throws<BadDataException>(() => SimdPaths.Parse("avx1024")).Message;
        Assert.Contains("'avx1024'", message);
        Assert.Contains("portable", message);
    }
}
