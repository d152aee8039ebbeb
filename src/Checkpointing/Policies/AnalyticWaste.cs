namespace Tocsin.Checkpointing.Policies;

/// <summary>Share of time that is not work, 0..1, of an endless job under failures without memory: what the simulator is held against.</summary>
public static class AnalyticWaste
{
    /// <summary>1 - T / E, where E = exp(R / M) (M + D) (exp((T + C) / M) - 1) is the expected time for T seconds of work and their checkpoint (Daly 2006; Herault, Robert 2015).
    /// With D as a downtime in which nothing fails and R as one in which it does.</summary>
    public static double Periodic(double periodS, double costS, double restartS, double downS, double mtbfS) =>
        1 - (periodS / (Math.Exp(restartS / mtbfS) * (mtbfS + downS) * double.ExpM1((periodS + costS) / mtbfS)));

    /// <summary>First order, with predictions of exact dates that come in time: C / T + (1 - r) T / (2 M) + r C / (p M) + (D + R) / M (Aupy et al. 2014, all predictions acted on).</summary>
    public static double Predicted(double periodS, double costS, double restartS, double downS, double mtbfS, double recall, double precision) =>
        (costS / (periodS + costS)) + ((1 - recall) * periodS / (2 * mtbfS)) + (recall > 0 ? recall * costS / (precision * mtbfS) : 0) + ((downS + restartS) / mtbfS);
}
