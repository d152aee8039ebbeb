namespace Tocsin.Actors.Runtime;

/// <summary>A binary heap by (due, order) whose nodes know their slot, so that cancelling takes them out at once:
/// most deadlines are cancelled long before they are due, and must not pile up. Not thread-safe.</summary>
internal sealed class TimerHeap
{
    private TimerNode[] _slots = new TimerNode[16];

    public int Count { get; private set; }

    public TimerNode? First => Count == 0 ? null : _slots[0];

    public void Add(TimerNode node)
    {
        if (Count == _slots.Length)
            Array.Resize(ref _slots, Count * 2);
        Rise(node, Count++);
    }

    /// <returns>False where it is not in the heap.</returns>
    public bool Remove(TimerNode node)
    {
        var slot = node.Slot;
        if (slot < 0)
            return false;
        node.Slot = -1;
        var last = _slots[--Count];
        _slots[Count] = null!;
        if (ReferenceEquals(last, node))
            return true;
        if (slot > 0 && Before(last, _slots[(slot - 1) / 2]))
            Rise(last, slot);
        else
            Sink(last, slot);
        return true;
    }

    private static bool Before(TimerNode a, TimerNode b) => a.Due != b.Due ? a.Due < b.Due : a.Order < b.Order;

    private void Rise(TimerNode node, int slot)
    {
        while (slot > 0)
        {
            var above = (slot - 1) / 2;
            if (!Before(node, _slots[above]))
                break;
            Put(_slots[above], slot);
            slot = above;
        }
        Put(node, slot);
    }

    private void Sink(TimerNode node, int slot)
    {
        while (true)
        {
            var below = (2 * slot) + 1;
            if (below >= Count)
                break;
            if (below + 1 < Count && Before(_slots[below + 1], _slots[below]))
                below++;
            if (!Before(_slots[below], node))
                break;
            Put(_slots[below], slot);
            slot = below;
        }
        Put(node, slot);
    }

    private void Put(TimerNode node, int slot)
    {
        _slots[slot] = node;
        node.Slot = slot;
    }
}
