using Tocsin.Ingest.Identity;

namespace Tocsin.Ingest.Sources;

/// <summary>One sample on its way from a decoder to a batch.</summary>
internal struct SampleRow
{
    /// <summary>A number of a <see cref="KnownSeries"/>; below 0 the complement of a reason's number, see <see cref="RejectCodes"/>.</summary>
    public int Node;
    public int Series;
    public long TimeMs;
    public double Value;
}
