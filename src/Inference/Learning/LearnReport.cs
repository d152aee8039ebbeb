namespace Tocsin.Inference.Learning;

/// <summary>How a library was made, in figures; kept in the library.</summary>
/// <param name="Data">What it was learned from.</param>
/// <param name="Figures">By name, e.g. held-out WMSE, expert shares, seconds are not among them: equal seeds give equal files.</param>
public sealed record LearnReport(string Version, string Data, ulong Seed, int Segments, int Frames, int TooShort, IReadOnlyDictionary<string, double> Figures);
