using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.Learning;

// What the books have learned, as it is stored with the supervisor's state. Reading leaves a book as it was where the bytes are none.
public sealed partial class BrierBook
{
    /// <summary>Inputs come from a closed set in the code; many more than there are is no book of ours.</summary>
    private const int MostInputs = 64, MaxName = 64;

    public void Write(ref WireWriter writer)
    {
        writer.WriteArrayHeader(_scores.Count);
        foreach (var (input, (sum, weight)) in _scores)
        {
            writer.WriteString(input);
            writer.WriteDoubles((double[])[sum, weight]);
        }
    }

    public bool TryRead(ref WireReader reader)
    {
        if (!reader.TryReadArrayHeader(MostInputs, out var count))
            return false;
        var read = new List<(string Input, double[] Score)>();
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(MaxName, out var input) || !reader.TryReadDoubles(2, out var score))
                return false;
            if (score.Length != 2 || score[1] is not > 0)
                return reader.Refuse(WireFault.OutOfRange);
            read.Add((input, score));
        }
        foreach (var (input, score) in read)
            _scores[input] = (score[0], score[1]);
        return true;
    }
}

public sealed partial class LeadBook
{
    public void Write(ref WireWriter writer)
    {
        writer.WriteBool(Predicts);
        writer.WriteDoubles(_leads.ToArray());
    }

    public bool TryRead(ref WireReader reader)
    {
        if (!reader.TryReadBool(out var predicts) || !reader.TryReadDoubles(Most, out var leads))
            return false;
        (Predicts, _sorted) = (predicts, null);
        _leads.Clear();
        foreach (var lead in leads)
            _leads.Enqueue(lead);
        return true;
    }
}
