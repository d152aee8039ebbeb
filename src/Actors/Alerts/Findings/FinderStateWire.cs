using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Alerts.Findings;

public sealed partial record FinderState : IWire<FinderState>
{
    private const int Fields = 5;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        if (Sent is { } sent)
            sent.Write(ref writer);
        else
            writer.WriteNil();
        writer.WriteInt(Recent);
        writer.WriteInt(OnsetMs);
        writer.WriteInt(CalmFrames);
        writer.WriteInt(MuteFrames);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out FinderState? value)
    {
        value = null;
        Finding? sent = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TrySkipNil() && !Finding.TryRead(ref reader, out sent)
            || !reader.TryReadInt64(out var recent)
            || !reader.TryReadInt64(out var onset)
            || !reader.TryReadInt32(0, int.MaxValue, out var calm)
            || !reader.TryReadInt32(0, int.MaxValue, out var mute)
            || !reader.TryEndRecord(record, Fields))
            return false;
        if (recent is < 0 or > uint.MaxValue)
            return reader.Refuse(WireFault.OutOfRange);
        value = new FinderState(sent, (uint)recent, onset, calm, mute);
        return true;
    }
}
