using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>The versions of the library: files that never change in a folder of the daemon's, numbered from 1, named in the store. Any thread.</summary>
internal sealed class LibraryShelf(string folder, Func<IStore> store, OwnLog say, TimeProvider clock)
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Lazy<ScoringLibrary>> _loaded = new();

    /// <summary>The newest that was activated; 0 = none yet.</summary>
    public long Active { get; private set; }

    /// <summary>That there is none keeps nothing from being ready: rules and peers need no library.</summary>
    public CheckResult Check => CheckResult.Good(Active == 0 ? "no library yet: scores begin once one is activated" : $"version {Active}");

    /// <exception cref="DependencyException">It is not there, damaged, or of a newer program: what rows name must be had.</exception>
    public ScoringLibrary Scoring(long version)
    {
        var loading = _loaded.GetOrAdd(version, v => new Lazy<ScoringLibrary>(() => Load(v)));
        try
        {
            return loading.Value;
        }
        catch
        {
            // A Lazy keeps its failure; whoever asks again is to try again.
            _loaded.TryRemove(KeyValuePair.Create(version, loading));
            throw;
        }
    }

    /// <summary>By which series become metrics: that of the newest library, since a model knows no other metrics.</summary>
    public Catalogue Catalogue => Newest is { } newest && Scoring(newest.Version).Library.Catalogue is { } text
        ? Catalogue.Parse(text, $"library {newest.Version}") : Catalogue.Default;

    /// <summary>Takes a file in as the next version, unless the newest is the same to the byte.</summary>
    /// <exception cref="TocsinException">It cannot be used.</exception>
    public void Take(string file)
    {
        // Read once whole: a file that does not load must not become a version.
        _ = LibraryFile.Load(file);
        Directory.CreateDirectory(folder);
        var hash = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        if (Newest is { } newest && File.Exists(newest.Path) && hash == Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(newest.Path))))
            return;
        var version = (Newest?.Version ?? 0) + 1;
        var path = Path.Combine(folder, version.ToString("d6", CultureInfo.InvariantCulture) + ".library");
        File.Copy(file, path + ".new", overwrite: true);
        File.Move(path + ".new", path, overwrite: true);
        store().PutLibraryAsync(new LibraryRow(version, path, null)).GetAwaiter().GetResult();
        say.Info("library", $"version {version} taken from {Path.GetFileName(file)}");
    }

    /// <summary>Tells the shards of the newest version where they have not been told, again until the log takes it.</summary>
    public async Task ActivateAsync(Func<LogNodeSink?> log, CancellationToken stop)
    {
        if (Newest is not { } newest)
            return;
        while (newest.ActivatedMs is null)
        {
            var answer = log() is { } sink ? await sink.ActivateAsync(newest.Version) : null;
            if (answer is Appended)
            {
                newest = newest with { ActivatedMs = clock.GetUtcNow().ToUnixTimeMilliseconds() };
                await store().PutLibraryAsync(newest).WaitAsync(stop);
                say.Info("library", $"version {newest.Version} activated");
                break;
            }
            await Task.Delay(RetryEvery, clock, stop);
        }
        Active = newest.Version;
    }

    private LibraryRow? Newest => store().Libraries().MaxBy(l => l.Version);

    private ScoringLibrary Load(long version)
    {
        var row = store().Libraries().FirstOrDefault(l => l.Version == version)
            ?? throw new DependencyException($"library {version} is named by a shard and not in the store");
        return new ScoringLibrary(LibraryFile.Load(row.Path));
    }
}
