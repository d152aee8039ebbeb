namespace Tocsin.Inference.Preparation;

/// <summary>Treats one metric's values of one segment, frame by frame. NaN in, NaN out.</summary>
internal struct TreatmentState
{
    /// <summary>Frames whose mean is the level that <see cref="Treatment.SinceStart"/> counts from.</summary>
    private const int StartFrames = 5;

    private double _previous;
    private double _startSum;
    private int _startFrames;

    public TreatmentState() => _previous = double.NaN;

    /// <summary>The whole state; which of the two meanings they have depends on the treatment alone.</summary>
    public readonly (double First, double Second) Numbers => _startFrames > 0 ? (_startSum, _startFrames) : (_previous, 0);

    /// <summary>The mean that <see cref="Treatment.SinceStart"/> counts from.</summary>
    public readonly double StartLevel => _startSum / Math.Max(1, _startFrames);

    public static TreatmentState Of(double first, double second) =>
        second > 0 ? new TreatmentState { _startSum = first, _startFrames = (int)second } : new TreatmentState { _previous = first };

    /// <param name="seconds">Since the frame before; of no matter for the first one.</param>
    public double Push(Treatment treatment, double value, double seconds)
    {
        switch (treatment)
        {
            case Treatment.Level:
                return value;
            case Treatment.SinceStart:
                if (double.IsFinite(value) && _startFrames < StartFrames)
                {
                    _startSum += value;
                    _startFrames++;
                }
                return value - (_startSum / Math.Max(1, _startFrames));
            default:
                var change = value - _previous;
                _previous = value;
                // Against the direction of training lies a restart: no change can be told from it.
                var expected = treatment == Treatment.Increase ? change >= 0 : change <= 0;
                return expected && seconds > 0 ? change / seconds : double.NaN;
        }
    }
}
