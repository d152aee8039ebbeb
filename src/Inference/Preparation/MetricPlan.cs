namespace Tocsin.Inference.Preparation;

/// <summary>How a metric's level is treated before it is standardised.</summary>
public enum Treatment
{
    /// <summary>As it stands.</summary>
    Level = 0,

    /// <summary>Increase per second since the frame before: for what only ever grew over training (uptime, clocks). A fall is a restart: missing.</summary>
    Increase = 1,

    /// <summary>Change per second since the frame before: for what only ever fell over training (free inodes). A rise is a restart: missing.</summary>
    Decrease = 2,
}

/// <summary>One metric that the model sees.</summary>
/// <param name="SigmaFloor">In the unit of the treated value; at least this is used as standard deviation.</param>
public sealed record MetricPlan(string Name, string Unit, Treatment Treatment, double SigmaFloor);

/// <summary>A metric that training left out, and why, in words for the operator.</summary>
public sealed record DroppedMetric(string Name, string Reason);
