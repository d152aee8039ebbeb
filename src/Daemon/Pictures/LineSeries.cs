namespace Tocsin.Daemon.Pictures;

/// <summary>One curve of a <see cref="LinePicture"/>; X and Y are of one length. NaN and, on a logarithmic axis, what is not positive break the line.</summary>
internal sealed record LineSeries(string Name, double[] X, double[] Y)
{
    /// <summary>For what is not measured: a limit, a slope to compare with.</summary>
    public bool Dashed { get; init; }
}

/// <param name="XLabel">With its unit.</param>
/// <param name="YLabel">With its unit.</param>
internal sealed record LinePictureData(string Title, string XLabel, string YLabel, IReadOnlyList<LineSeries> Series)
{
    public bool LogX { get; init; }

    public bool LogY { get; init; }
}
