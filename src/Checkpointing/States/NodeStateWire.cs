using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.States;

public sealed partial class NodeStateModel
{
    public void Write(ref WireWriter writer)
    {
        writer.WriteDoubles(_counts.Cast<double>().ToArray());
        writer.WriteDoubles(_spentS);
    }

    /// <returns>False: the bytes are none, and this is as it was.</returns>
    public bool TryRead(ref WireReader reader)
    {
        if (!reader.TryReadDoubles(States * States, out var counts) || !reader.TryReadDoubles(States, out var spent))
            return false;
        if (counts.Length != States * States || spent.Length != States)
            return reader.Refuse(WireFault.OutOfRange);
        for (var i = 0; i < counts.Length; i++)
            _counts[i / States, i % States] = counts[i];
        spent.CopyTo(_spentS, 0);
        return true;
    }
}
