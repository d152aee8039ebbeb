using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes;

/// <summary>Numbers that come in runs: a node's series are mostly consecutive in the shard's dictionary, and mostly in the same state.</summary>
internal static class RunsWire
{
    /// <summary>Pairs of a first number and how many follow it one by one.</summary>
    public static void WriteRising(ref WireWriter writer, ReadOnlySpan<int> numbers)
    {
        var runs = new List<(int First, int Count)>();
        foreach (var number in numbers)
        {
            if (runs.Count > 0 && number == runs[^1].First + runs[^1].Count)
                runs[^1] = (runs[^1].First, runs[^1].Count + 1);
            else
                runs.Add((number, 1));
        }
        Write(ref writer, CollectionsMarshal.AsSpan(runs));
    }

    /// <summary>Pairs of a number and how often it stands.</summary>
    public static void WriteSame(ref WireWriter writer, ReadOnlySpan<byte> numbers)
    {
        var runs = new List<(int First, int Count)>();
        foreach (var number in numbers)
        {
            if (runs.Count > 0 && number == runs[^1].First)
                runs[^1] = (number, runs[^1].Count + 1);
            else
                runs.Add((number, 1));
        }
        Write(ref writer, CollectionsMarshal.AsSpan(runs));
    }

    public static bool TryReadRising(ref WireReader reader, int most, [NotNullWhen(true)] out int[]? numbers) => TryRead(ref reader, most, 1, out numbers);

    public static bool TryReadSame(ref WireReader reader, int most, [NotNullWhen(true)] out byte[]? numbers)
    {
        numbers = null;
        if (!TryRead(ref reader, most, 0, out var wide))
            return false;
        numbers = Array.ConvertAll(wide, n => (byte)n);
        return true;
    }

    public static void Write(ref WireWriter writer, ReadOnlySpan<(int First, int Count)> runs)
    {
        writer.WriteArrayHeader(2 * runs.Length);
        foreach (var (first, count) in runs)
        {
            writer.WriteInt(first);
            writer.WriteInt(count);
        }
    }

    private static bool TryRead(ref WireReader reader, int most, int step, [NotNullWhen(true)] out int[]? numbers)
    {
        numbers = null;
        if (!reader.TryReadArrayHeader(2 * most, out var length))
            return false;
        var all = new List<int>();
        for (var i = 0; i < length / 2; i++)
        {
            if (!reader.TryReadInt32(0, int.MaxValue / 2, out var first) || !reader.TryReadInt32(1, most - all.Count, out var count))
                return false;
            for (var n = 0; n < count; n++)
                all.Add(first + (n * step));
        }
        numbers = [.. all];
        return length % 2 == 0 || reader.Refuse(WireFault.OutOfRange);
    }
}
