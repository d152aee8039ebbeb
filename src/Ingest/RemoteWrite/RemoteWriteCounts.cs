namespace Tocsin.Ingest.RemoteWrite;

/// <param name="Requests">All that came.</param>
/// <param name="Refused">Answered 4xx: damaged or beyond a bound; their samples are in no other count.</param>
/// <param name="ToRepeat">Answered 503.</param>
/// <param name="Series">Of all requests that could be read; metadata, exemplars and native histograms of them are counted and left out.</param>
/// <param name="StaleMarkers">Among the accepted samples.</param>
/// <param name="KnownSeries">In the table now, those that are left out too.</param>
/// <param name="DistinctSeries">Once what names the node is off.</param>
/// <param name="KnownNodes">Each replica counted.</param>
public readonly record struct RemoteWriteCounts(
    long Requests, long Refused, long ToRepeat, long Series, long Exemplars, long Histograms, long Metadata, long StaleMarkers,
    int KnownSeries, int DistinctSeries, int KnownNodes);
