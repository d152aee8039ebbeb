using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.Learning;

// What it has learned, as it is stored: with these and the same frames it goes on as it would have.
public sealed partial class OnlineMlp : IWire<OnlineMlp>
{
    private const int MostInputs = 64, MostHidden = 64, Fields = 7;

    private OnlineMlp(int inputs, int hidden, double[] first, double[] last, double[] mean, double[] square, double seen)
    {
        (_inputs, _hidden, _first, _last, _mean, _square, _seen) = (inputs, hidden, first, last, mean, square, seen);
        (_activation, _x) = (new double[last.Length - 1], new double[inputs]);
    }

    public int Inputs => _inputs;

    /// <summary>Frames that it was trained with.</summary>
    public double Seen => _seen;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(_inputs);
        writer.WriteInt(_hidden);
        writer.WriteDoubles(_first);
        writer.WriteDoubles(_last);
        writer.WriteDoubles(_mean);
        writer.WriteDoubles(_square);
        writer.WriteDouble(_seen);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out OnlineMlp? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record) || !reader.TryReadInt32(1, MostInputs, out var inputs) || !reader.TryReadInt32(0, MostHidden, out var hidden)
            || !reader.TryReadDoubles(MostHidden * (MostInputs + 1), out var first) || !reader.TryReadDoubles(MostInputs + MostHidden + 1, out var last)
            || !reader.TryReadDoubles(MostInputs, out var mean) || !reader.TryReadDoubles(MostInputs, out var square) || !reader.TryReadDouble(out var seen)
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        var fits = first.Length == hidden * (inputs + 1) && last.Length == (hidden > 0 ? hidden : inputs) + 1 && mean.Length == inputs && square.Length == inputs;
        if (!fits || !(seen >= 0 && double.IsFinite(seen)) || !first.Concat(last).Concat(mean).All(double.IsFinite) || !square.All(s => s >= 0 && double.IsFinite(s)))
            return reader.Refuse(WireFault.OutOfRange);
        value = new OnlineMlp(inputs, hidden, first, last, mean, square, seen);
        return true;
    }
}
