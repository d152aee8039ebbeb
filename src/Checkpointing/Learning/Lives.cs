using Tocsin.Shared;

namespace Tocsin.Checkpointing.Learning;

/// <summary>Lives of nodes between repair and failure, and the law that fits them. Lives that began before anybody looked are left out.</summary>
internal sealed class Lives
{
    private const int Most = 4096;

    private readonly Dictionary<NodeKey, long> _since = [];
    private readonly Queue<double> _ended = new();
    private int _fitAt = 20;
    private int _seen;

    public LifeLaw? Law { get; private set; }

    public void InService(NodeKey node, long atMs) => _since[node] = atMs;

    public void Failed(NodeKey node, long atMs)
    {
        if (!_since.Remove(node, out var since))
            return;
        _ended.Enqueue((atMs - since) / 1000.0);
        if (_ended.Count > Most)
            _ended.Dequeue();
        // A fit costs as much as there are lives: at growing distances it costs little in all.
        if (++_seen < _fitAt)
            return;
        _fitAt = _seen + Math.Max(10, _seen / 4);
        Law = LifeLaw.Fit(_ended, [.. _since.Values.Select(s => (atMs - s) / 1000.0)]);
    }
}
