using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

/// <summary>What class of fault the fault model expects. Stored: the numbers never change. Another thing than <see cref="FaultKind"/>, which says by an alert's own metrics what part
/// of the machine shows it now.</summary>
public enum ForecastClass
{
    /// <summary>No model serves, or none of its classes is likelier than all others together.</summary>
    Unclassified = 0,
    Cpu = 1,
    Ram = 2,
    Disk = 3,
    Network = 4,
}

/// <summary>Stage 7: what the fault model says of an alert's nodes in the next interval. Of several nodes it is that of the one whose fault is likeliest.</summary>
/// <param name="Probability">Of a fault of any class in that node's next interval, 0..1.</param>
/// <param name="Version">Of the model.</param>
/// <param name="AtMs">When it was said, unix milliseconds.</param>
public sealed record AlertForecast(string Node, ForecastClass Class, float Probability, int Version, long AtMs) : IWire<AlertForecast>
{
    private const int Fields = 5, MaxNode = 255;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteString(Node);
        writer.WriteInt((int)Class);
        writer.WriteSingle(Probability);
        writer.WriteInt(Version);
        writer.WriteInt(AtMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out AlertForecast? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadString(MaxNode, out var node)
            || !reader.TryReadInt32(0, int.MaxValue, out var found)
            || !reader.TryReadSingle(out var probability)
            || !reader.TryReadInt32(1, int.MaxValue, out var version)
            || !reader.TryReadInt64(out var at)
            || !reader.TryEndRecord(record, Fields))
            return false;
        // A newer member may know more classes.
        value = new AlertForecast(node, found <= (int)ForecastClass.Network ? (ForecastClass)found : ForecastClass.Unclassified, probability, version, at);
        return true;
    }
}
