namespace Tocsin.Checkpointing.Learning;

/// <summary>Which of several predictors is believed: the one with the least Brier score, mean of (said - came)^2, over its past words. Newer words weigh more.</summary>
public sealed partial class BrierBook
{
    // Words are many and failures few: at an MTBF of five years one failure in 175,000 words, four a node and hour. A shorter memory would hold no failure at all most of the time, and the best input would be
    // the one that was last not put to the test. This one holds about a hundred.
    internal const double Kept = 1 - (1.0 / 20_000_000);

    private readonly SortedDictionary<string, (double Sum, double Weight)> _scores = new(StringComparer.Ordinal);

    /// <param name="input">From a closed set in the code.</param>
    /// <param name="said">0..1.</param>
    public void Add(string input, double said, bool came)
    {
        var (sum, weight) = _scores.GetValueOrDefault(input);
        var error = said - (came ? 1 : 0);
        _scores[input] = ((Kept * sum) + (error * error), (Kept * weight) + 1);
    }

    /// <summary>One that speaks from now on begins where the worst of the others stands: what it did not see is not to its credit, and it comes before another only by what it says
    /// from here on. Where nothing was said yet it begins as all do.</summary>
    public void Begin(string input)
    {
        _scores.Remove(input);
        if (_scores.Count > 0)
            _scores[input] = _scores.Values.MaxBy(s => s.Sum / s.Weight);
    }

    /// <summary>Words that each score rests on, newer ones weighing more.</summary>
    public IReadOnlyDictionary<string, double> Words => _scores.ToDictionary(s => s.Key, s => s.Value.Weight);

    public IReadOnlyDictionary<string, double> Scores => _scores.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Weight);

    /// <summary>Null: nothing was ever said. Of equal ones the first by name.</summary>
    public string? Best => _scores.Count == 0 ? null : _scores.MinBy(s => s.Value.Sum / s.Value.Weight).Key;
}
