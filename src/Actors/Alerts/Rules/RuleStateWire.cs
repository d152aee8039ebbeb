using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Alerts.Rules;

public sealed partial class RuleState : IWire<RuleState>
{
    private const int Fields = 9;
    private const int MaxName = 256;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(Rule);
        writer.WriteDouble(Last);
        writer.WriteInt(LastMs);
        writer.WriteDouble(Reference);
        writer.WriteOptionalInt(TrueSinceMs);
        writer.WriteInt(ChangedMs);
        writer.WriteInt(Code);
        writer.WriteArrayHeader(2 * (Increases?.Count ?? 0));
        foreach (var (at, by) in Increases ?? [])
        {
            writer.WriteInt(at);
            writer.WriteDouble(by);
        }
        if (Sent is { } sent)
            sent.Write(ref writer);
        else
            writer.WriteNil();
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out RuleState? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadString(MaxName, out var rule)
            || !reader.TryReadDouble(out var last)
            || !reader.TryReadInt64(out var lastMs)
            || !reader.TryReadDouble(out var reference)
            || !reader.TryReadOptionalInt64(out var since)
            || !reader.TryReadInt64(out var changed)
            || !reader.TryReadInt64(out var code)
            || !reader.TryReadArrayHeader(2 * MaxIncreases, out var parts))
            return false;
        List<(long, double)>? increases = parts == 0 ? null : new(parts / 2);
        for (var i = 0; i < parts / 2; i++)
        {
            if (!reader.TryReadInt64(out var at) || !reader.TryReadDouble(out var by))
                return false;
            increases!.Add((at, by));
        }
        Finding? sent = null;
        if (parts % 2 != 0)
            return reader.Refuse(WireFault.OutOfRange);
        if (!reader.TrySkipNil() && !Finding.TryRead(ref reader, out sent) || !reader.TryEndRecord(record, Fields))
            return false;
        value = new RuleState
        {
            Rule = rule,
            Last = last,
            LastMs = lastMs,
            Reference = reference,
            TrueSinceMs = since,
            ChangedMs = changed,
            Code = code,
            Increases = increases,
            Sent = sent,
        };
        return true;
    }
}
