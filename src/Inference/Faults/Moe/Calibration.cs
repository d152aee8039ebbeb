using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>From what the heads say to probabilities: P(fault) = sigmoid(Slope logit + Shift), P(class | fault) = softmax(-Sharpness d^2). The paper's softmax has sharpness 1;
/// vectors in 0..1 are never far apart, so that it can hardly prefer. Fitted on validation data only.</summary>
public sealed record Calibration(float Slope, float Shift, float Sharpness)
{
    public static Calibration None { get; } = new(1, 0, 1);

    /// <summary>Least mean negative log-likelihood: by Newton's steps for the state, whose loss is convex in slope and shift, by a shrinking search for the class.</summary>
    /// <param name="faulty">P(fault) of the model, one a host and interval.</param>
    /// <param name="distances">To each prototype, for each of <paramref name="faulty"/>.</param>
    /// <param name="labels">The class, 0 = no fault; -1 = not known.</param>
    public static Calibration Fit(ReadOnlySpan<float> faulty, ReadOnlySpan<float> distances, ReadOnlySpan<int> labels, int faults)
    {
        double[] sharp = [0];
        var d = distances.ToArray();
        int[] y = labels.ToArray();
        var (slope, shift) = StateFit.Of(faulty, labels);
        Search(sharp, v => ClassLoss(d, y, faults, (float)Math.Exp(v[0])));
        return new Calibration((float)slope, (float)shift, (float)Math.Exp(sharp[0]));
    }

    /// <summary>Writes a row of classes: no fault, then each fault.</summary>
    public void Write(float faulty, ReadOnlySpan<float> distances, Span<float> scores)
    {
        var p = Probability(faulty, Slope, Shift);
        float nearest = float.PositiveInfinity, sum = 0;
        foreach (var d in distances)
            nearest = Math.Min(nearest, d);
        for (var z = 0; z < distances.Length; z++)
            sum += scores[z + 1] = MathF.Exp(-Sharpness * (distances[z] - nearest));
        for (var z = 0; z < distances.Length; z++)
            scores[z + 1] *= p / sum;
        scores[0] = 1 - p;
    }

    private static float Probability(float faulty, float slope, float shift)
    {
        var safe = Math.Clamp(faulty, 1e-6f, 1 - 1e-6f);
        return SigmoidOp.Of((slope * MathF.Log(safe / (1 - safe))) + shift);
    }

    private static double ClassLoss(float[] distances, int[] labels, int faults, float sharpness)
    {
        double loss = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] <= 0)
                continue;
            double sum = 0, own = distances[(i * faults) + labels[i] - 1];
            for (var z = 0; z < faults; z++)
                sum += Math.Exp(-sharpness * (distances[(i * faults) + z] - own));
            loss += Math.Log(sum);
        }
        return loss;
    }

    private static void Search(double[] at, Func<double[], double> loss)
    {
        var least = loss(at);
        for (var step = 1.0; step > 0.01; step *= 0.5)
        {
            for (var turns = 0; turns < 8; turns++)
            {
                var before = least;
                for (var i = 0; i < at.Length; i++)
                {
                    foreach (var sign in (ReadOnlySpan<int>)[1, -1])
                    {
                        at[i] += sign * step;
                        var next = loss(at);
                        if (next < least)
                        {
                            least = next;
                            break;
                        }
                        at[i] -= sign * step;
                    }
                }
                if (least == before)
                    break;
            }
        }
    }
}
