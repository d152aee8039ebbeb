using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Ingest.Backfill;

/// <summary>The folder in which a backfill grows: <c>plan.json</c> says what is fetched, and each answer that is whole stands in a file of its own.
/// What was killed goes on where it was.</summary>
internal sealed class BackfillProgress
{
    private const string PlanFile = "plan.json";

    private readonly string _folder;

    private sealed record Kept(string Question, long FromMs, long UntilMs, BackfillPlan Plan);

    private BackfillProgress(string folder, Kept kept, bool resumed) => (_folder, Plan, FromMs, UntilMs, Resumed) = (folder, kept.Plan, kept.FromMs, kept.UntilMs, resumed);

    public string Folder => _folder;

    public BackfillPlan Plan { get; }

    public long FromMs { get; }

    public long UntilMs { get; }

    public bool Resumed { get; }

    /// <summary>Where a plan for the same question stands, that plan; else null.</summary>
    /// <exception cref="BadDataException">The folder holds the beginning of another backfill.</exception>
    public static BackfillProgress? Find(string folder, string question)
    {
        var path = Path.Combine(folder, PlanFile);
        if (!File.Exists(path))
            return null;
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(path));
            return kept?.Question == question
                ? new BackfillProgress(folder, kept, true)
                : throw new BadDataException($"'{folder}' holds the beginning of another backfill (other address, times or bounds): name another folder, or delete it");
        }
        catch (Exception e) when (e is JsonException or IOException or NotSupportedException)
        {
            throw new BadDataException($"'{path}' cannot be read ({e.Message.Split('\n')[0]}): delete the folder and begin anew", e);
        }
    }

    /// <exception cref="DependencyException">The folder cannot be written.</exception>
    public static BackfillProgress Begin(string folder, string question, BackfillOptions options, BackfillPlan plan)
    {
        var kept = new Kept(question, options.FromMs, options.UntilMs, plan);
        try
        {
            Directory.CreateDirectory(folder);
            Put(Path.Combine(folder, PlanFile), JsonSerializer.SerializeToUtf8Bytes(kept));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"'{folder}' cannot be written: {e.Message}; name another folder", e);
        }
        return new BackfillProgress(folder, kept, false);
    }

    /// <summary>Of one node and one stretch of time, in a recording's form.</summary>
    public string PartPath(int node, long chunk) => Path.Combine(_folder, $"{node:000000}.{chunk:000000}.tsv.gz");

    /// <summary>In place at once: a part that is there is whole.</summary>
    public static void Put(string path, byte[] bytes)
    {
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Delete() => Directory.Delete(_folder, recursive: true);
}
