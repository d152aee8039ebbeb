using System.Diagnostics.CodeAnalysis;
using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Alerts.Shard;

/// <summary>What shards of nodes tell the shard of alerts, in the topic of findings: one byte that says what it is, then the record.</summary>
public static class FindingRecord
{
    private const byte FindingKind = 1;
    private const byte StatusKind = 2;

    /// <summary>3 stands before numbered ones.</summary>
    private const byte VerdictKind = 4;

    public static NewFinding Of(Finding finding) => new(finding.Job?.ToString() ?? finding.Node.ToString(), Bytes(FindingKind, finding));

    public static NewFinding Of(NodeStatus status) => new(status.Node.ToString(), Bytes(StatusKind, status));

    /// <summary>Verdicts are not numbered: they know by themselves which is the newer.</summary>
    public static NewFinding Of(Verdict verdict) => new(verdict.Alert.ToString(), Bytes(VerdictKind, verdict));

    internal static bool IsVerdict(ReadOnlySpan<byte> payload) => payload.Length > 0 && payload[0] == VerdictKind;

    /// <param name="why">What is wrong with it.</param>
    internal static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out Verdict? verdict, [NotNullWhen(false)] out string? why)
    {
        why = WireBytes.TryRead(payload[1..], out verdict, out WireFailure failure) ? null : $"a verdict that cannot be read: {failure}";
        return why is null;
    }

    /// <summary>Exactly one of the two is not null.</summary>
    /// <param name="why">What is wrong where it is neither.</param>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Finding? finding, out NodeStatus? status, [NotNullWhen(false)] out string? why)
    {
        (finding, status, why) = (null, null, null);
        if (payload.Length == 0)
        {
            why = "an empty finding";
            return false;
        }
        var failure = default(WireFailure);
        var read = payload[0] switch
        {
            FindingKind => WireBytes.TryRead(payload[1..], out finding, out failure),
            StatusKind => WireBytes.TryRead(payload[1..], out status, out failure),
            _ => false,
        };
        if (!read)
            why = payload[0] is FindingKind or StatusKind ? $"a finding that cannot be read: {failure}" : $"a finding of unknown kind {payload[0]}";
        return read;
    }

    private static byte[] Bytes<T>(byte kind, T value)
        where T : IWire<T>
    {
        var record = WireBytes.Of(value);
        var bytes = new byte[record.Length + 1];
        bytes[0] = kind;
        record.CopyTo(bytes, 1);
        return bytes;
    }
}
