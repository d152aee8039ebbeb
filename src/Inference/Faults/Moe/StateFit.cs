namespace Tocsin.Inference.Faults.Moe;

/// <summary>Slope and shift of a logit that make the labels likeliest: logistic regression on one number, by Newton's steps, halved until they help.</summary>
internal static class StateFit
{
    private const int MostSteps = 20;

    /// <summary>Below it a prediction would hardly depend on what the model says, or turn it round.</summary>
    private const double LeastSlope = 1e-3;

    /// <param name="faulty">P(fault) of the model.</param>
    /// <param name="labels">Above 0 = a fault; -1 = not known.</param>
    public static (double Slope, double Shift) Of(ReadOnlySpan<float> faulty, ReadOnlySpan<int> labels)
    {
        List<(float Logit, float Truth)> known = [];
        for (var i = 0; i < labels.Length; i++)
        {
            var safe = Math.Clamp(faulty[i], 1e-6f, 1 - 1e-6f);
            if (labels[i] >= 0)
                known.Add((MathF.Log(safe / (1 - safe)), labels[i] > 0 ? 1 : 0));
        }
        var (slope, shift) = (1.0, 0.0);
        var least = Loss(known, slope, shift);
        for (var step = 0; step < MostSteps; step++)
        {
            var (bySlope, byShift) = Direction(known, slope, shift);
            double length = 1, before = least;
            for (; length > 1e-3; length /= 2)
            {
                double nextSlope = Math.Max(LeastSlope, slope + (length * bySlope)), nextShift = Math.Clamp(shift + (length * byShift), -20, 20);
                var next = Loss(known, nextSlope, nextShift);
                if (next >= least)
                    continue;
                (least, slope, shift) = (next, nextSlope, nextShift);
                break;
            }
            if (before - least <= 1e-7 * before)
                break;
        }
        return (slope, shift);
    }

    private static (double Slope, double Shift) Direction(List<(float Logit, float Truth)> known, double slope, double shift)
    {
        // The ridge keeps the step finite where all logits are alike or all labels are.
        double gradientA = 0, gradientB = 0, aa = 1e-6, ab = 0, bb = 1e-6;
        foreach (var (logit, truth) in known)
        {
            var p = 1 / (1 + Math.Exp(-((slope * logit) + shift)));
            double off = p - truth, weight = p * (1 - p);
            (gradientA, gradientB) = (gradientA + (off * logit), gradientB + off);
            (aa, ab, bb) = (aa + (weight * logit * logit), ab + (weight * logit), bb + weight);
        }
        var determinant = (aa * bb) - (ab * ab);
        return (-((bb * gradientA) - (ab * gradientB)) / determinant, -((aa * gradientB) - (ab * gradientA)) / determinant);
    }

    private static double Loss(List<(float Logit, float Truth)> known, double slope, double shift)
    {
        double loss = 0;
        foreach (var (logit, truth) in known)
        {
            var z = (slope * logit) + shift;
            loss += Math.Max(z, 0) - (z * truth) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
        }
        return loss;
    }
}
