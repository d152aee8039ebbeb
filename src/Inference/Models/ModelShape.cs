namespace Tocsin.Inference.Models;

/// <summary>The sizes of a reconstruction model. Use <see cref="For"/>, which rounds and checks.</summary>
/// <param name="Metrics">Values a frame, 1..4096.</param>
/// <param name="Width">Of a token inside, a multiple of <paramref name="Heads"/>, up to 4096.</param>
/// <param name="Heads">Of attention, 1..64.</param>
/// <param name="Layers">1..32.</param>
/// <param name="Experts">Feed-forward networks a layer, of which each token passes one, 1..64.</param>
/// <param name="Hidden">Width inside an expert, 1..16384.</param>
/// <param name="SegmentIds">Known segments and, as number 0, "unknown"; 1..1,000,000.</param>
public sealed record ModelShape(int Metrics, int Width, int Heads, int Layers, int Experts, int Hidden, int SegmentIds)
{
    /// <param name="width">0: as many as metrics. Rounded up to a multiple of the heads.</param>
    /// <param name="hidden">0: about two thirds of the width, in whole vectors.</param>
    public static ModelShape For(int metrics, int width = 0, int heads = 3, int layers = 3, int experts = 3, int hidden = 0, int segmentIds = 1)
    {
        if (width == 0)
            width = metrics;
        width = (width + heads - 1) / heads * heads;
        if (hidden == 0)
            hidden = Math.Max(32, ((2 * width / 3) + 16) / 32 * 32);
        var shape = new ModelShape(metrics, width, heads, layers, experts, hidden, segmentIds);
        shape.Check();
        return shape;
    }

    /// <exception cref="ArgumentOutOfRangeException">A size is beyond its bounds.</exception>
    public void Check()
    {
        Bound(Metrics, 4096, nameof(Metrics));
        Bound(Width, 4096, nameof(Width));
        Bound(Heads, 64, nameof(Heads));
        Bound(Layers, 32, nameof(Layers));
        Bound(Experts, 64, nameof(Experts));
        Bound(Hidden, 16384, nameof(Hidden));
        Bound(SegmentIds, 1_000_000, nameof(SegmentIds));
        if (Width % Heads != 0)
            throw new ArgumentOutOfRangeException(nameof(Width), Width, $"must be a multiple of the {Heads} heads");
    }

    private static void Bound(int value, int most, string name)
    {
        if (value < 1 || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"must be 1..{most}");
    }
}
