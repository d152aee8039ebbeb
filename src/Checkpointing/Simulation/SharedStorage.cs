namespace Tocsin.Checkpointing.Simulation;

/// <summary>Who writes shares the storage evenly: each at full speed until more nodes write than it can take. Kept in time that runs slower the more do.</summary>
internal sealed class SharedStorage(double capacityNodes)
{
    private readonly List<(int Place, int Nodes, double EndsAt)> _writing = [];
    private double _virtual, _nowS;
    private int _nodes;

    public double Load => Math.Min(1, _nodes / capacityNodes);

    private double Speed => _nodes <= capacityNodes ? 1 : capacityNodes / _nodes;

    public void Begin(int place, int nodes, double seconds, double nowS)
    {
        Advance(nowS);
        _writing.Add((place, nodes, _virtual + seconds));
        _nodes += nodes;
    }

    public void Leave(int place, double nowS)
    {
        Advance(nowS);
        var at = _writing.FindIndex(w => w.Place == place);
        if (at < 0)
            return;
        _nodes -= _writing[at].Nodes;
        _writing.RemoveAt(at);
    }

    /// <summary>Who ends next if nobody comes or goes, and when.</summary>
    public (int Place, double AtS)? Next()
    {
        if (_writing.Count == 0)
            return null;
        var first = _writing[0];
        foreach (var w in _writing)
        {
            if (w.EndsAt < first.EndsAt)
                first = w;
        }
        return (first.Place, _nowS + (Math.Max(0, first.EndsAt - _virtual) / Speed));
    }

    private void Advance(double nowS)
    {
        _virtual += (nowS - _nowS) * Speed;
        _nowS = nowS;
    }
}
