namespace Tocsin.Daemon.Pictures;

/// <summary>One colour a job name over the whole picture, and which names found no room in any band and so go to the legend.</summary>
internal sealed class JobColours
{
    private readonly Dictionary<string, int> _order = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    public JobColours(IEnumerable<JobBand> jobs)
    {
        foreach (var job in jobs.OrderBy(j => j.StartMs))
            _order.TryAdd(job.Name, _order.Count);
    }

    /// <summary>In order of first appearance.</summary>
    public IEnumerable<string> Unwritten => _order.Keys.Where(n => !_written.Contains(n));

    public Rgba this[string name] => Palette.Band(_order[name]);

    public void Written(string name) => _written.Add(name);
}
