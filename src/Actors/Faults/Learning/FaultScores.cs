using Tocsin.Inference.Faults;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>Predictions against the labels that came: by day, for those who look (a bounded number of days), and by version, for whether an action may rest on it.</summary>
public sealed class FaultScores(IReadOnlyList<DayFigures> known, IReadOnlyList<VersionQuality>? quality = null)
{
    private const int MostDays = 400;
    private const long DayMs = 86_400_000;

    private readonly List<DayFigures> _days = [.. known];

    private readonly Dictionary<int, VersionQuality> _quality = (quality ?? []).Where(q => q.Fits).ToDictionary(q => q.Version);

    public IReadOnlyList<DayFigures> Days => _days;

    /// <summary>Of versions that met a label, by number.</summary>
    public IReadOnlyList<VersionQuality> Quality => [.. _quality.Values.OrderBy(q => q.Version)];

    public VersionQuality Of(int version) => _quality.GetValueOrDefault(version) ?? VersionQuality.Of(version);

    /// <summary>What cannot serve any more is forgotten.</summary>
    public void Keep(IReadOnlyCollection<int> versions)
    {
        foreach (var gone in _quality.Keys.Where(v => !versions.Contains(v)).ToList())
            _quality.Remove(gone);
    }

    /// <param name="scores">Of each class.</param>
    public void Add(long timeMs, int version, FaultClass label, ReadOnlySpan<float> scores)
    {
        var day = timeMs / DayMs;
        if (_days.Count == 0 || _days[^1].Day < day)
            _days.Add(new DayFigures(day, version, 0, 0, 0, 0, 0));
        if (_days.Count > MostDays)
            _days.RemoveAt(0);
        bool fault = label != FaultClass.None, said = 1 - scores[0] > 0.5f;
        _quality[version] = Of(version).With(Math.Clamp(1 - scores[0], 0, 1), fault);
        var best = 1;
        for (var c = 2; c < scores.Length; c++)
            best = scores[c] > scores[best] ? c : best;
        var now = _days[^1];
        _days[^1] = now with
        {
            Version = version,
            Labelled = now.Labelled + 1,
            Faults = now.Faults + (fault ? 1 : 0),
            TruePositives = now.TruePositives + (fault && said ? 1 : 0),
            FalsePositives = now.FalsePositives + (!fault && said ? 1 : 0),
            RightClass = now.RightClass + (fault && best == (int)label ? 1 : 0),
        };
    }
}
