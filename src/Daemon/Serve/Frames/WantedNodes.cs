using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Frames;

/// <summary>Nodes that somebody wants to know more of, by who was wanted last. Any thread.</summary>
internal sealed class WantedNodes
{
    /// <summary>More are not remembered: the room is for far fewer.</summary>
    private const int Most = 4096;

    private readonly Lock _lock = new();
    private readonly LinkedList<NodeKey> _order = [];
    private readonly Dictionary<NodeKey, LinkedListNode<NodeKey>> _all = [];
    private volatile HashSet<NodeKey> _first = [];
    private int _counted;

    public void Want(NodeKey node)
    {
        lock (_lock)
        {
            if (_order.First?.Value == node)
                return;
            if (_all.TryGetValue(node, out var link))
                _order.Remove(link);
            _all[node] = _order.AddFirst(node);
            if (_order.Count > Most)
            {
                _all.Remove(_order.Last!.Value);
                _order.RemoveLast();
            }
            if (!_first.Contains(node))
                _first = [.. _order.Take(_counted)];
        }
    }

    /// <summary>Whether it is among so many that were wanted last. Asked for each frame, and takes no lock as long as the number is the same.</summary>
    public bool IsAmong(NodeKey node, int count)
    {
        if (count == Volatile.Read(ref _counted))
            return _first.Contains(node);
        lock (_lock)
        {
            _first = [.. _order.Take(count)];
            Volatile.Write(ref _counted, count);
            return _first.Contains(node);
        }
    }
}
