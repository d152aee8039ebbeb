using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>A node's identity from what its exporters say: <c>node_uname_info</c>, <c>node_dmi_info</c>, <c>node_boot_time_seconds</c>, and the driver's
/// version that dcgm-exporter puts on its series.</summary>
/// <remarks>Slurm's own word on kernel and boot (<see cref="NodeState.Kernel"/>) is written otherwise and is not held against these.</remarks>
public static class IdentityMetrics
{
    private static readonly string[] Serials = ["product_uuid", "product_serial", "board_serial", "chassis_serial"];
    private static readonly string[] Models = ["system_vendor", "product_name", "board_name"];

    /// <summary>Whether <see cref="Add"/> may find something in a series.</summary>
    public static bool Reads(SeriesId series) =>
        series.Name is "node_uname_info" or "node_boot_time_seconds" or "node_dmi_info" || (series.Name.StartsWith("DCGM_FI_", StringComparison.Ordinal) && series.Label("DCGM_FI_DRIVER_VERSION") is not null);

    /// <summary>Adds what one sample shows; the same instance where it shows nothing.</summary>
    public static NodeIdentity Add(NodeIdentity seen, Sample sample) => sample.Series.Name switch
    {
        "node_uname_info" => seen with { Kernel = Text(sample.Series.Label("release")) ?? seen.Kernel },
        "node_boot_time_seconds" when sample.Value is >= 86_400 and <= 253_402_300_799 => seen with { BootMs = (long)(sample.Value * 1000) },
        "node_dmi_info" => seen with
        {
            Bios = Joined("", sample.Series, ["bios_version", "bios_date"]) ?? seen.Bios,
            // Serial numbers are root's to read; without them at least another model is another machine.
            Hardware = Joined("serial ", sample.Series, Serials) ?? Joined("model ", sample.Series, Models) ?? seen.Hardware,
        },
        _ when sample.Series.Name.StartsWith("DCGM_FI_", StringComparison.Ordinal) && sample.Series.Label("DCGM_FI_DRIVER_VERSION") is { } driver =>
            driver == seen.Driver ? seen : seen with { Driver = Text(driver) },
        _ => seen,
    };

    private static string? Joined(string kind, SeriesId series, string[] labels)
    {
        var text = string.Join(' ', labels.Select(series.Label).Where(v => !string.IsNullOrWhiteSpace(v)));
        return text.Length == 0 ? null : Text(kind + text);
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : HostileText.Cut(value, NodeState.MaxText);
}
