namespace Tocsin.Inference.Learning;

/// <summary>What the evidence is held against.</summary>
public enum AlarmRule
{
    /// <summary>One threshold from held-out evidence.</summary>
    Calibrated = 0,

    /// <summary>Mean and k standard deviations of the node's own last frames (NodeSentry, section 3.5), frozen while alarmed, carried over segments' borders.</summary>
    KSigma = 1,
}
