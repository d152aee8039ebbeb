using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Verdicts;

/// <summary>What the verdicts that stand at one moment say of findings.</summary>
internal sealed class Muting
{
    private readonly List<Verdict> _mutes;
    private readonly List<Verdict> _faults;
    private readonly Dictionary<FindingKey, Verdict?> _known = [];

    public Muting(IEnumerable<VerdictRow> verdicts, long nowMs)
    {
        var standing = verdicts.Select(v => v.Verdict).Where(v => v.Stands(nowMs)).ToList();
        _mutes = [.. standing.Where(v => v.Word != VerdictWord.Fault)];
        _faults = [.. standing.Where(v => v.Word == VerdictWord.Fault)];
    }

    /// <summary>The verdict that mutes it, the oldest of several; null = it is told of. Asked again and again of each within a decision, and found out once.</summary>
    public Verdict? By(FindingRow row)
    {
        if (_mutes.Count == 0)
            return null;
        if (_known.TryGetValue(row.Key, out var known))
            return known;
        var (node, sign) = (row.Finding.Node.Name, AlertSign.Of(row.Finding));
        // What was confirmed while it lasts is told of until it is over, however it changes.
        var confirmed = _faults.Exists(f => (row.Alert != 0 && f.Alert.Number == row.Alert) || VerdictRules.Protects(f, node, sign));
        return _known[row.Key] = confirmed ? null : _mutes.Find(m => VerdictRules.Mutes(m, node, sign));
    }
}
