using Tocsin.Actors.Alerts.Peers;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>peers</c> section: a node against the others of its job. Why the numbers are what they are stands in <see cref="PeerOptions"/>.</summary>
internal static class PeerSection
{
    public static PeerOptions Read(ConfigReader r, TimeSpan cadence)
    {
        var usual = new PeerOptions();
        return usual with
        {
            LeastNodes = r.Whole("least_nodes", usual.LeastNodes, 4, 64, "nodes"),
            Threshold = r.Number("threshold", usual.Threshold, 3, 29, "standard deviations"),
            Share = r.Number("share", usual.Share, 0, 1, "of the middle"),
            HeadFactor = r.Number("head_factor", usual.HeadFactor, 1, 10),
            Ignore = r.Texts("ignore", usual.Ignore, "the beginning of a metric's name", t => t.Length is > 0 and <= 128, 1000),
            Apart = 3 * cadence < usual.Apart ? usual.Apart : 3 * cadence,
        };
    }
}
