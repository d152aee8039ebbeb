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

    /// <summary>Difference from the mean of the segment's first frames: for what is filled up over weeks (filesystems).</summary>
    SinceStart = 3,
}

/// <summary>One metric that the model sees.</summary>
/// <param name="LogPivot">Above 0: the treated value x enters as sign(x) log(1 + |x| / pivot), in which a change of a heavy-tailed rate counts by its ratio;
/// 0: as it stands.</param>
/// <param name="SigmaFloor">In the unit of the treated, transformed value; at least this is used as standard deviation.</param>
public sealed record MetricPlan(string Name, string Unit, Treatment Treatment, double LogPivot, double SigmaFloor)
{
    /// <summary>The treated value as it is standardised.</summary>
    public double Transform(double x) => LogPivot > 0 ? Math.CopySign(Math.Log(1 + (Math.Abs(x) / LogPivot)), x) : x;

    /// <summary>The other way round, to the rounding of a double.</summary>
    public double Untransform(double y) => LogPivot > 0 ? Math.CopySign(LogPivot * (Math.Exp(Math.Abs(y)) - 1), y) : y;
}

/// <summary>A metric that training left out, and why, in words for the operator.</summary>
public sealed record DroppedMetric(string Name, string Reason);
