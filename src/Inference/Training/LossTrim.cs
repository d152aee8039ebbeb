namespace Tocsin.Inference.Training;

/// <summary>Remembers each frame's window loss and leaves the highest share out of the passes after: training data holds faults that nobody labelled.</summary>
internal sealed class LossTrim
{
    private readonly float[][] _loss;
    private readonly double _share;
    private float _bound = float.PositiveInfinity;

    public LossTrim(IEnumerable<int> framesPerSegment, double share)
    {
        _loss = [.. framesPerSegment.Select(f => new float[f])];
        _share = share;
    }

    public void Saw(int segment, int frame, float loss) =>
        // A window is known by its newest frame; masks are drawn anew each pass, so losses are smoothed over passes.
        _loss[segment][frame] = _loss[segment][frame] == 0 ? loss : (0.7f * _loss[segment][frame]) + (0.3f * loss);

    public void EndPass()
    {
        var seen = _loss.SelectMany(l => l).Where(l => l > 0).ToArray();
        if (seen.Length == 0)
            return;
        Array.Sort(seen);
        _bound = seen[Math.Min(seen.Length - 1, (int)(seen.Length * (1 - _share)))];
    }

    public bool Keeps(int segment, int frame) => _loss[segment][frame] <= _bound;
}
