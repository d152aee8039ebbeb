using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Inference.Faults.Tuning;

/// <summary>From what weights were learned. Stored: the numbers never change.</summary>
public enum ModelSource
{
    /// <summary>Simulated intervals, alone or at first; also of versions that do not say: the safe side.</summary>
    Simulator = 0,

    /// <summary>Intervals and labels of the site alone.</summary>
    Site = 1,
}

/// <summary>What is kept of a version: where it came from and how it did.</summary>
/// <param name="Number">1, 2, ...; never used twice.</param>
/// <param name="Parent">The version it was tuned from; 0: trained offline.</param>
/// <param name="Tuned">The labelled intervals it was tuned on.</param>
public sealed record ModelVersion(int Number, int Parent, IntervalRange Tuned, int Experts, int Added, int Removed)
{
    public Verdict Verdict { get; init; }

    /// <summary>A tuned version has its parent's.</summary>
    public ModelSource Source { get; init; }

    /// <summary>Intervals of its contest; 0 for the first version.</summary>
    public int Judged { get; init; }

    public long Labels { get; init; }

    /// <summary>Its own and its champion's in the contest.</summary>
    public double Loss { get; init; }

    public double ChampionLoss { get; init; }

    /// <summary>Interval from which on it served, -1: never.</summary>
    public int Since { get; init; } = -1;

    /// <summary>Interval at which it was brought back by hand, -1: never.</summary>
    public int BroughtBack { get; init; } = -1;
}

/// <summary>All versions with their numbers, the weights of the newest ones that served, and which one serves.</summary>
public sealed class ModelVersions
{
    private readonly List<ModelVersion> _all = [];
    private readonly Dictionary<int, FaultModel> _models = [];
    private readonly List<int> _served = [];
    private readonly int _kept;

    public ModelVersions(FaultModel first, int kept, IntervalRange trained, int since, ModelSource source = ModelSource.Simulator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 2);
        _kept = kept;
        _all.Add(new ModelVersion(1, 0, trained, first.Model.Shape.Experts, 0, 0) { Verdict = Verdict.Promoted, Since = since, Source = source });
        _models.Add(1, first);
        _served.Add(1);
    }

    /// <summary>As they were stored. A contest that was under way is not: its version ends rejected.</summary>
    /// <param name="all">Numbers 1, 2, 3 ...</param>
    /// <param name="served">In the order in which they came to serve, the serving one last; each has its model.</param>
    /// <exception cref="ArgumentException">They do not fit together.</exception>
    public ModelVersions(IReadOnlyList<ModelVersion> all, IReadOnlyList<int> served, IReadOnlyDictionary<int, FaultModel> models, int kept)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 2);
        if (served.Count == 0 || !all.Select(v => v.Number).SequenceEqual(Enumerable.Range(1, all.Count)) || served.Any(n => n > all.Count || !models.ContainsKey(n)))
            throw new ArgumentException("versions, what served and their models do not fit together", nameof(served));
        _kept = kept;
        _all.AddRange(all.Select(v => v.Verdict == Verdict.Open ? v with { Verdict = Verdict.Rejected } : v));
        _served.AddRange(served);
        foreach (var number in served)
            _models[number] = models[number];
    }

    public IReadOnlyList<ModelVersion> All => _all;

    public int Serving => _served[^1];

    public FaultModel Model => _models[Serving];

    /// <summary>Those whose weights are kept.</summary>
    public IReadOnlyDictionary<int, FaultModel> Models => _models;

    /// <summary>In the order in which they came to serve, the serving one last.</summary>
    public IReadOnlyList<int> Served => _served;

    /// <summary>Versions that served before the present one and can be brought back, the newest last.</summary>
    public IReadOnlyList<int> Earlier => _served[..^1];

    /// <summary>A challenger gets its number.</summary>
    /// <param name="parent">Where it is not the serving one that was tuned.</param>
    public ModelVersion Add(IntervalRange tuned, int experts, int added, int removed, int? parent = null)
    {
        var version = new ModelVersion(_all.Count + 1, parent ?? Serving, tuned, experts, added, removed) { Source = _all[Serving - 1].Source };
        _all.Add(version);
        return version;
    }

    /// <param name="now">The interval that is predicted next.</param>
    public void Judge(int number, FaultModel model, Contest contest, Verdict verdict, int now)
    {
        var promoted = verdict == Verdict.Promoted;
        _all[number - 1] = _all[number - 1] with
        {
            Verdict = verdict,
            Judged = contest.Intervals,
            Labels = contest.Labels,
            Loss = contest.ChallengerLoss,
            ChampionLoss = contest.ChampionLoss,
            Since = promoted ? now : -1,
        };
        if (!promoted)
            return;
        _models.Add(number, model);
        _served.Add(number);
        // The first stays: it is what there is to go back to when tuning itself is at fault.
        while (_models.Count > _kept)
        {
            _models.Remove(_served[1]);
            _served.RemoveAt(1);
        }
    }

    /// <summary>The version that served before serves again.</summary>
    /// <returns>False: there is none.</returns>
    public bool RollBack(int now)
    {
        if (_served.Count == 1)
            return false;
        _models.Remove(Serving);
        _served.RemoveAt(_served.Count - 1);
        _all[Serving - 1] = _all[Serving - 1] with { BroughtBack = now };
        return true;
    }
}
