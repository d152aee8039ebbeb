using System.Text.Json.Serialization;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>Host-intervals of which a fault was said with about the same probability, and whose labels have come. Shares of one after old ones were forgotten by halves.</summary>
/// <param name="Faults">Of <paramref name="Labelled"/> those that were faulty.</param>
/// <param name="Said">The sum of the probabilities.</param>
/// <param name="SaidOfFaults">That of the faulty ones alone.</param>
/// <param name="SaidSquared">The sum of their squares.</param>
public sealed record QualityBin(double Labelled, double Faults, double Said, double SaidOfFaults, double SaidSquared)
{
    public static QualityBin None { get; } = new(0, 0, 0, 0, 0);

    public QualityBin Halved() => new(Labelled / 2, Faults / 2, Said / 2, SaidOfFaults / 2, SaidSquared / 2);
}

/// <summary>How one version's predictions did in life: on labelled host-intervals that all came after its tuning data, since they were predicted while it served. Immutable.</summary>
/// <remarks>
/// Brier score: the mean of (p - y)^2. Its skill is 1 - Brier / base, base = r (1 - r), that of one who knows how often a fault comes in just these intervals, which is more than anyone
/// knows beforehand. Its error is the standard error of the mean gain, over base; gains within a bin are taken at the bin's mean probability. Miscalibration: what is said too much or too
/// little in each bin, beyond twice the deviation of chance, over the larger of what was said and what came (a weighted reliability diagram; Murphy 1973).
/// </remarks>
public sealed record VersionQuality(int Version, IReadOnlyList<QualityBin> Bins)
{
    /// <summary>Faults with labels that a version must have met: of fewer nothing can be said.</summary>
    public const int LeastFaults = 10;

    /// <summary>The least skill, less two of its errors: better than how frequent faults are, by more than chance and by a margin.</summary>
    public const double LeastSkill = 0.05;

    /// <summary>At most this share may be said in the wrong place: an action weighs its cost against the probability as it was said.</summary>
    public const double MostMiscalibration = 0.25;

    /// <summary>When so many faults were met older ones count half: what a version was worth a year ago is no ground to act on.</summary>
    private const double Forget = 200;

    /// <summary>Upper ends: a healthy cluster's intervals are nearly all in the first ones.</summary>
    private static readonly float[] Ends = [0.001f, 0.01f, 0.05f, 0.1f, 0.2f, 0.35f, 0.5f, 0.65f, 0.8f, 1];

    public static VersionQuality Of(int version) => new(version, [.. Ends.Select(_ => QualityBin.None)]);

    /// <summary>Whether it is of this program's bins: what is not is begun anew.</summary>
    [JsonIgnore]
    public bool Fits => Bins is { } bins && bins.Count == Ends.Length && !bins.Contains(null!);

    [JsonIgnore]
    public double Labelled => Bins.Sum(b => b.Labelled);

    [JsonIgnore]
    public double Faults => Bins.Sum(b => b.Faults);

    [JsonIgnore]
    public double Brier => Bins.Sum(b => b.SaidSquared - (2 * b.SaidOfFaults) + b.Faults) / Labelled;

    [JsonIgnore]
    public double Base => Rate * (1 - Rate);

    [JsonIgnore]
    public double Skill => 1 - (Brier / Base);

    [JsonIgnore]
    public double SkillError
    {
        get
        {
            var (rate, mean, squares) = (Rate, Base - Brier, 0.0);
            foreach (var bin in Bins)
            {
                var healthy = bin.Labelled - bin.Faults;
                if (bin.Faults > 0)
                    squares += bin.Faults * Square(Square(1 - rate) - Square(1 - (bin.SaidOfFaults / bin.Faults)));
                if (healthy > 0)
                    squares += healthy * Square(Square(rate) - Square((bin.Said - bin.SaidOfFaults) / healthy));
            }
            return Math.Sqrt(Math.Max(0, (squares / Labelled) - Square(mean)) / Labelled) / Base;
        }
    }

    [JsonIgnore]
    public double Miscalibration => Bins.Sum(b => Math.Max(0, Math.Abs(b.Said - b.Faults) - (2 * Math.Sqrt(Math.Max(0, b.Said - b.SaidSquared))))) / Math.Max(Bins.Sum(b => b.Said), Faults);

    private double Rate => Faults / Labelled;

    /// <param name="said">Probability of a fault, 0..1.</param>
    public VersionQuality With(float said, bool fault)
    {
        var at = Array.FindIndex(Ends, e => said <= e) is >= 0 and var found ? found : Ends.Length - 1;
        QualityBin[] bins = [.. Bins];
        var bin = bins[at];
        bins[at] = new QualityBin(bin.Labelled + 1, bin.Faults + (fault ? 1 : 0), bin.Said + said, bin.SaidOfFaults + (fault ? said : 0), bin.SaidSquared + Square(said));
        return new VersionQuality(Version, fault && bins.Sum(b => b.Faults) >= Forget ? [.. bins.Select(b => b.Halved())] : bins);
    }

    /// <returns>Null: an action may rest on what it says. Else which bound it does not keep, in one line with figures.</returns>
    public string? WhyNot()
    {
        if (Faults < LeastFaults)
            return $"its predictions met {Faults:0} of {LeastFaults} labelled faults";
        if (!(Skill - (2 * SkillError) >= LeastSkill))
            return FormattableString.Invariant($"it is not clearly better than how frequent faults are: Brier skill {Skill:0.00} +- {2 * SkillError:0.00}, wanted {LeastSkill} above its error");
        return Miscalibration <= MostMiscalibration
            ? null
            : FormattableString.Invariant($"its probabilities are off: {Miscalibration:0.00} of what it says or what comes is in the wrong place, {MostMiscalibration} at most; it said {Bins.Sum(b => b.Said):0} faults and {Faults:0} came");
    }

    private static double Square(double x) => x * x;
}
