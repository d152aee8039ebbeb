using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>A first pass over a recording's scrapes, heads only: what has to be known before the first segment is cut. It also finds a torn file
/// before anything of it has been used.</summary>
/// <param name="Scrapes">With a readable head.</param>
internal sealed record ScrapeSurvey(long FirstMs, long LastMs, long CadenceMs, long Scrapes, IReadOnlyCollection<string> Nodes)
{
    private const int MaxSpacings = 200_000;

    /// <summary>Nodes of one recording.</summary>
    public const int MaxNodes = 100_000;

    /// <exception cref="BadDataException">There is no scrape in the file, or it is torn.</exception>
    public static ScrapeSurvey Read(string path, string unnamed, DataOptions options)
    {
        var name = Path.GetFileName(path);
        using var file = new GzipFile(path, options.AcceptTornTail);
        var reader = new ScrapeReader(file, name, new Rejections());
        long first = long.MaxValue, last = long.MinValue, scrapes = 0;
        var spacings = new List<long>();
        var lastOf = new Dictionary<string, long>(StringComparer.Ordinal);
        while (Next(reader, file, name, scrapes, last))
        {
            scrapes++;
            first = Math.Min(first, reader.TimeMs);
            last = Math.Max(last, reader.TimeMs);
            var node = reader.Node ?? unnamed;
            if (lastOf.TryGetValue(node, out var before) && reader.TimeMs > before && spacings.Count < MaxSpacings)
                spacings.Add(reader.TimeMs - before);
            lastOf[node] = reader.TimeMs;
            if (lastOf.Count > MaxNodes)
                throw new BadDataException($"{name} names more than {MaxNodes} nodes: expected a node's name as the third field of its '#t' lines");
        }
        if (scrapes == 0)
            throw new BadDataException($"{name} holds no scrape: expected lines '#t<TAB>unix seconds', each followed by Prometheus text");
        return new ScrapeSurvey(first, last, options.CadenceMs ?? Cadence.FromSpacings(spacings), scrapes, lastOf.Keys);
    }

    private static bool Next(ScrapeReader reader, GzipFile file, string name, long scrapes, long lastMs)
    {
        try
        {
            return reader.Next();
        }
        catch (BadDataException e) when (file.IsTorn && scrapes > 0)
        {
            throw new BadDataException(
                $"{name} is torn after {scrapes} scrapes, the last at {lastMs / 1000.0:F3}: expected a whole gzip file, copy it again, or keep what is there with 'zcat {name} | gzip > whole.gz'", e);
        }
    }
}
