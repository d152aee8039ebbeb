using System.Numerics;

namespace Tocsin.Ingest.Frames;

/// <summary>A set of slots of a layout.</summary>
internal sealed class SlotBits(int slots)
{
    private ulong[] _words = new ulong[(slots + 63) / 64];

    public bool this[int slot] => (_words[slot >> 6] >> (slot & 63) & 1) != 0;

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    public void Set(int slot) => _words[slot >> 6] |= 1UL << (slot & 63);

    public void Clear(int slot) => _words[slot >> 6] &= ~(1UL << (slot & 63));

    /// <summary>An empty set for so many slots.</summary>
    public void Reset(int size)
    {
        if (_words.Length != (size + 63) / 64)
            _words = new ulong[(size + 63) / 64];
        else
            Array.Clear(_words);
    }

    public void CopyFrom(SlotBits other)
    {
        if (_words.Length != other._words.Length)
            _words = new ulong[other._words.Length];
        other._words.CopyTo(_words, 0);
    }

    public bool IsWithin(SlotBits other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if ((_words[i] & ~other._words[i]) != 0)
                return false;
        }
        return true;
    }

    /// <summary>The same slots where they are in another layout; those that it lacks are left out.</summary>
    public void Move(int[] map, int size)
    {
        var words = new ulong[(size + 63) / 64];
        for (var slot = 0; slot < map.Length; slot++)
        {
            if (map[slot] >= 0 && this[slot])
                words[map[slot] >> 6] |= 1UL << (map[slot] & 63);
        }
        _words = words;
    }
}
