namespace Tocsin.Inference.Preparation;

internal static class Treatments
{
    /// <summary>Change per second in the direction that training saw; NaN where either value is missing or the direction is the other one.</summary>
    public static double Change(Treatment treatment, double before, double now, double seconds)
    {
        var change = now - before;
        if (!(seconds > 0) || !double.IsFinite(change))
            return double.NaN;
        var expected = treatment == Treatment.Increase ? change >= 0 : change <= 0;
        return expected ? change / seconds : double.NaN;
    }
}
