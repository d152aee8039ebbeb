namespace Tocsin.Inference.Faults.Moe;

/// <summary>How the three losses are weighed against each other (eq. 16) and the classes within them.</summary>
/// <param name="Detection">alpha 1, of the mean negative log-likelihood.</param>
/// <param name="Classification">alpha 2, of the triplet loss.</param>
/// <param name="Selection">alpha 3, of the squared coefficient of variation of the experts' importance.</param>
public sealed record MoeLossWeights(float Detection = 0.35f, float Classification = 0.5f, float Selection = 0.15f)
{
    /// <summary>Of a host without fault and of one with it; their relation moves the threshold, which validation chooses anyway.</summary>
    public float[] OfState { get; init; } = [1, 1];

    /// <summary>One a class of fault; empty: all 1.</summary>
    public float[] OfFault { get; init; } = [];

    /// <summary>Of the negative log-likelihood of the class given a fault, as the prototypes say it at <see cref="Sharpness"/>: summed over faults, divided by all known labels, so that
    /// with 1 and <see cref="Detection"/> 1 both together are the mean negative log-likelihood of the class, "no fault" among them.</summary>
    public float Likelihood { get; init; }

    /// <summary>Of the softmax over the negative squared distances within that likelihood; vectors in 0..1 are never far apart.</summary>
    public float Sharpness { get; init; } = 6;

    /// <summary>Of the mean squared error of the forecast, where there is one.</summary>
    public float Forecast { get; init; } = 0.25f;
}

/// <summary>The losses of one step before their weights.</summary>
public readonly record struct MoeStep(double Detection, double Classification, double Likelihood, double Selection, double Norm);
