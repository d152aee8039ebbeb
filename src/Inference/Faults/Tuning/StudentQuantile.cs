namespace Tocsin.Inference.Faults.Tuning;

/// <summary>Student's t at the level at which a normal variable has the quantile z.</summary>
public static class StudentQuantile
{
    /// <summary>Expansion in 1/f up to its third power (Fisher and Cornish; Abramowitz and Stegun 26.7.5). For z up to 2.33 it is below the quantile by less than 1 % with 4 degrees
    /// of freedom, 0.1 % with 7, and nearer with more.</summary>
    /// <param name="z">0 or more.</param>
    /// <param name="freedom">Degrees of freedom, 4 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer: the expansion is wrong there.</exception>
    public static double Of(double z, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 4);
        var (q, f) = (z * z, (double)freedom);
        var first = z * (q + 1) / 4;
        var second = z * ((((5 * q) + 16) * q) + 3) / 96;
        var third = z * ((((((3 * q) + 19) * q) + 17) * q) - 15) / 384;
        return z + (first / f) + (second / (f * f)) + (third / (f * f * f));
    }
}
