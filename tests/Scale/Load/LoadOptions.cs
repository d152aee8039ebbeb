namespace Tocsin.Scale.Load;

/// <param name="Warmup">Until series, nodes and compiled code are there; measured from then on.</param>
/// <param name="NodesOfRequest">Prometheus sends up to 2,000 samples a request.</param>
internal sealed record LoadOptions(int Nodes, TimeSpan Cadence, TimeSpan Warmup, TimeSpan Measured, int Connections, int NodesOfRequest, int NodesOfJob, string Tocsin, string Folder, string? Library)
{
    public int SamplesOfTick => Nodes * Stream.NodeSeries.All.Count;
}
