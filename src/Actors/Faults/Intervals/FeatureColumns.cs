using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>Where in a frame the features stand, by the catalogue's names, and how its units become theirs. Immutable; one a schema.</summary>
/// <remarks>Throughputs are GB/s and no shares: what a node's disks and wires can do nobody says, and the model scales each feature by what it saw.</remarks>
public sealed class FeatureColumns(MetricSchema schema)
{
    private const float Giga = 1e9f;

    private static readonly string[] Filesystems = ["lustre_operations", "gpfs_operations", "nfs_requests"];

    private readonly int _idle = schema.IndexOf("cpu_idle_share"), _waiting = schema.IndexOf("cpu_iowait_share");
    private readonly int _memory = schema.IndexOf("memory_used_bytes"), _disk = schema.IndexOf("fs_used_share_max");
    private readonly int _read = schema.IndexOf("disk_read_bytes"), _written = schema.IndexOf("disk_written_bytes");
    private readonly int[] _wires = Of(schema, "net_receive_bytes", "net_transmit_bytes", "ib_receive_bytes", "ib_transmit_bytes");
    private readonly int[] _trouble = Of(schema, "net_errors", "net_drops", "ib_errors_max");
    private readonly int[] _mounts = [.. Filesystems.Select(schema.IndexOf)];

    public MetricSchema Schema { get; } = schema;

    /// <param name="memoryBytes">The node's memory; NaN = not known.</param>
    public HostSample Read(NodeKey node, long timeMs, ReadOnlySpan<float> row, double memoryBytes)
    {
        var values = HostValues.None;
        values[HostFeatures.Cpu] = Share(1 - At(row, _idle) - (_waiting < 0 ? 0 : At(row, _waiting)));
        values[HostFeatures.Ram] = Share((float)(At(row, _memory) / memoryBytes));
        values[HostFeatures.Disk] = Share(At(row, _disk));
        values[HostFeatures.DiskRead] = At(row, _read) / Giga;
        values[HostFeatures.DiskWrite] = At(row, _written) / Giga;
        values[LiveFeatures.Network] = Sum(row, _wires) / Giga;
        values[LiveFeatures.NetworkTrouble] = Sum(row, _trouble);
        byte mounts = 0;
        for (var i = 0; i < _mounts.Length; i++)
            mounts |= At(row, _mounts[i]) > 0 ? (byte)(1 << i) : (byte)0;
        return new HostSample(node, timeMs, values, true, mounts);
    }

    private static int[] Of(MetricSchema schema, params string[] names) => [.. names.Select(schema.IndexOf).Where(i => i >= 0)];

    private static float At(ReadOnlySpan<float> row, int column) => (uint)column < (uint)row.Length ? row[column] : float.NaN;

    /// <summary>NaN stays NaN.</summary>
    private static float Share(float value) => Math.Clamp(value, 0, 1);

    /// <summary>Of those that are there; NaN where none is.</summary>
    private static float Sum(ReadOnlySpan<float> row, int[] columns)
    {
        var sum = float.NaN;
        foreach (var column in columns)
        {
            if (float.IsFinite(At(row, column)))
                sum = (float.IsNaN(sum) ? 0 : sum) + row[column];
        }
        return sum;
    }
}
