namespace Tocsin.Checkpointing.Learning;

/// <summary>Mean and spread of what was measured, newer values weighing more: each counts 1 - 1 / memory of the next.</summary>
/// <param name="Weight">0 = nothing measured yet.</param>
public readonly record struct RunningMean(double Weight, double Mean, double Square)
{
    private const double Memory = 64;

    public double Deviation => Weight > 0 ? Math.Sqrt(Math.Max(0, Square / Weight)) : 0;

    public RunningMean Add(double value)
    {
        var kept = Weight * (1 - (1 / Memory));
        var weight = kept + 1;
        var mean = Mean + ((value - Mean) / weight);
        return new RunningMean(weight, mean, (Square * (1 - (1 / Memory))) + ((value - Mean) * (value - mean)));
    }

    /// <summary>Shrunk towards a belief that weighs as much as <paramref name="strength"/> measurements.</summary>
    public double Towards(double belief, double strength) => ((Weight * Mean) + (strength * belief)) / (Weight + strength);
}
