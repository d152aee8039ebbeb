namespace Tocsin.Actors.Alerts.Words;

/// <summary>A device as people call it: exporters name disks and ports in full, but GPUs and cores by their number alone.</summary>
internal static class DeviceText
{
    private const int Most = 48;

    /// <param name="metric">Whose worst value it has: <c>gpu_xid_max</c>.</param>
    /// <param name="device">Hostile text.</param>
    public static string Of(string metric, string device)
    {
        var part = metric.IndexOf('_');
        return part > 0 && device.Length is > 0 and <= 6 && device.All(char.IsAsciiDigit) ? $"{metric[..part]} {device}" : OneLine.Of(device, Most);
    }
}
