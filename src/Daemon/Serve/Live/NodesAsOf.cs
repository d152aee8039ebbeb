using System.Globalization;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Routes;

namespace Tocsin.Daemon.Serve.Live;

/// <summary>Versions of the nodes in words that no other process takes for its own.</summary>
/// <param name="process">Unix milliseconds of its start.</param>
internal sealed class NodesAsOf(string cluster, TimeProvider clock, long process)
{
    public NodeChangesJson Tell(NodeChanges changes, int total) => new(
        cluster, Iso.Text(clock.GetUtcNow().ToUnixTimeMilliseconds())!, string.Create(CultureInfo.InvariantCulture, $"{process}.{changes.Version}"), changes.All, total, [.. changes.Nodes.Select(BriefNodeJson.Of)]);

    /// <summary>0, which asks for everything, where it is none or another process's.</summary>
    public long Version(string? since)
    {
        var dot = since?.IndexOf('.') ?? -1;
        return dot > 0 && since.AsSpan(0, dot).SequenceEqual(process.ToString(CultureInfo.InvariantCulture))
            && long.TryParse(since.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}
