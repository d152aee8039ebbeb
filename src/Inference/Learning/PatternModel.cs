using Tocsin.Inference.Models;
using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Learning;

/// <summary>All that scores the frames of one pattern, or of segments that match none.</summary>
/// <param name="PatternId">What the model is told: 0 = unknown.</param>
/// <param name="Weights">W of the WMSE, per metric.</param>
/// <param name="Values">The band of the standardised values.</param>
/// <param name="Residuals">The band of what the model could not tell.</param>
public sealed record PatternModel(int PatternId, ReconstructionModel Model, float[] Weights, EnvelopeState Values, EnvelopeState Residuals);
