using System.Diagnostics.CodeAnalysis;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Checkpointing.Learning;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>The MLP that learns from this site's nodes. It changes in place; the row is written with the knowledge of the same round.</summary>
/// <param name="WeighedToMs">Questions that were due by then were weighed and learned from: those that stand in rows still are not, once more.</param>
internal sealed record LearnerRow(OnlineMlp Mlp, long WeighedToMs) : IWire<LearnerRow>
{
    public const int Hidden = 8;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 2);
        Mlp.Write(ref writer);
        writer.WriteInt(WeighedToMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out LearnerRow? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 2, out var record) || !OnlineMlp.TryRead(ref reader, out var mlp) || !reader.TryReadInt64(out var to) || !reader.TryEndRecord(record, Math.Min(record.Fields, 2)))
            return false;
        // Of a program that looked at other things.
        if (mlp.Inputs != RiskFrames.Inputs)
            return reader.Refuse(WireFault.OutOfRange);
        value = new LearnerRow(mlp, to);
        return true;
    }
}
