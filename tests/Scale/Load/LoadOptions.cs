namespace Tocsin.Scale.Load;

/// <param name="Warmup">Until series, nodes and compiled code are there; measured from then on.</param>
/// <param name="NodesOfRequest">Prometheus sends up to 2,000 samples a request.</param>
/// <param name="Split">In how many parts a node's series come, each over a connection of its own, as from a Prometheus with so many shards; a divisor of the connections.</param>
internal sealed record LoadOptions(int Nodes, TimeSpan Cadence, TimeSpan Warmup, TimeSpan Measured, int Connections, int NodesOfRequest, int Split, int NodesOfJob, string Tocsin, string Folder, string? Library)
{
    public int SamplesOfTick => Nodes * Stream.NodeSeries.All.Count;
}
