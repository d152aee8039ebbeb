using Tocsin.Inference.Features;

namespace Tocsin.Inference.Patterns;

/// <summary>What a match is made in: an extractor with its tables, and its vectors; about 2 MB for 100 metrics and heads of 240 frames.</summary>
/// <param name="Features">metrics x 134.</param>
/// <param name="Free">The same, growth by length taken out.</param>
/// <param name="Vector">Coordinates in the patterns' space.</param>
internal sealed record MatchRoom(FeatureExtractor Extractor, double[] Features, float[] Free, float[] Vector);

/// <summary>Lends room for matches. Made anew for each match it was most of the process' garbage, of the kinds that are not compacted (large, pinned).</summary>
/// <remarks>Any thread. As many are kept as there are processors; two that come at once for the last one make one each, and one is dropped.</remarks>
internal sealed class MatchRooms(int features, int width)
{
    private readonly MatchRoom?[] _kept = new MatchRoom?[Environment.ProcessorCount];

    public MatchRoom Lend()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.Exchange(ref _kept[i], null) is { } room)
                return room;
        }
        return new MatchRoom(new FeatureExtractor(), new double[features], new float[features], new float[width]);
    }

    public void GiveBack(MatchRoom room)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _kept[i], room, null) is null)
                return;
        }
    }
}
