namespace Tocsin.Scale.Flood;

/// <param name="Url">Of remote_write.</param>
/// <param name="Process">The server's, whose processor time is counted.</param>
/// <param name="Folder">The server's, whose size is told.</param>
/// <param name="Counter">A series of the server's <c>/metrics</c>, or the begin of several: samples that it has taken.</param>
/// <param name="Behind">Null, or a gauge there that is 0 once all that it took is worked on.</param>
/// <param name="Kill">End the server with SIGKILL right after its last answer, and say no more than how much it had answered.</param>
/// <param name="Ticks">Samples of each series that are timed; before them come <see cref="FloodRun.FirstTicks"/> that are not.</param>
internal sealed record FloodOptions(string Name, Uri Url, int Process, string Folder, string Counter, string? Behind, bool Kill, int Nodes, int Ticks, int Connections, int NodesOfRequest)
{
    public const int CadenceMs = 15_000;
}
