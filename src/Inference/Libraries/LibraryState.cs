using Tocsin.Inference.Learning;
using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Libraries;

/// <summary>A library as plain data: what the manifest of its file says. Fields are only ever added; docs/FORMATS.md describes them.</summary>
internal sealed record LibraryState(
    LearnReport Report,
    PreparationPlan Plan,
    PatternSetState Patterns,
    HiddenGroups Groups,
    int Window,
    EnvelopeOptions Envelope,
    ModelShape Shape,
    IReadOnlyList<PatternModelState> Models,
    Calibration Calibration,
    Thresholds Thresholds,
    PcaResidual Pca,
    PatternZ PatternZ,
    TimeSpan Settling,
    string? Catalogue = null);

/// <param name="Block">The parameters of a model of the library's shape; null = those of the pooled model, the first one.</param>
internal sealed record PatternModelState(int PatternId, float[]? Block, float[] Weights, EnvelopeState Values, EnvelopeState Residuals);
