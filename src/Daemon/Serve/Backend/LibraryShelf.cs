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
internal sealed class LibraryShelf(string folder, Func<IStore> store, OwnLog say, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Lazy<ScoringLibrary>> _loaded = new();

    /// <summary>One change at a time: what is made of a version must not be activated over one that came meanwhile.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    private long _active;
    private volatile LibraryRow? _activated;

    /// <summary>The one that was activated last; 0 = none yet.</summary>
    public long Active => Interlocked.Read(ref _active);

    /// <summary>When it was activated, unix milliseconds; 0 = none was. The store is asked once a version.</summary>
    public long ActivatedMs
    {
        get
        {
            var (active, known) = (Active, _activated);
            if (active != 0 && known?.Version != active && All.FirstOrDefault(l => l.Version == active) is { ActivatedMs: not null } row)
                _activated = known = row;
            return known?.ActivatedMs ?? 0;
        }
    }

    /// <summary>That there is none keeps nothing from being ready: rules and peers need no library.</summary>
    public CheckResult Check => CheckResult.Good(Active == 0 ? "no library yet: scores begin once one is activated" : $"version {Active}");

    public IReadOnlyList<LibraryRow> All => store().Libraries();

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

    /// <summary>By which series become metrics: that of the library that is scored by, since a model knows no other metrics.</summary>
    public Catalogue Catalogue => Current is { } current && Scoring(current.Version).Library.Catalogue is { } text
        ? Catalogue.Parse(text, $"library {current.Version}") : Catalogue.Default;

    /// <summary>Takes a file in as the next version, unless one of them is the same to the byte: the newest may have been learned from it since.</summary>
    /// <exception cref="TocsinException">It cannot be used.</exception>
    public void Take(string file)
    {
        // Read once whole: a file that does not load must not become a version.
        _ = LibraryFile.Load(file);
        Directory.CreateDirectory(folder);
        var (length, hash) = (new FileInfo(file).Length, Hash(file));
        if (All.Any(l => File.Exists(l.Path) && new FileInfo(l.Path).Length == length && Hash(l.Path) == hash))
            return;
        var (version, path) = Next();
        File.Copy(file, path + ".new", overwrite: true);
        File.Move(path + ".new", path, overwrite: true);
        store().PutLibraryAsync(new LibraryRow(version, path, null)).GetAwaiter().GetResult();
        say.Info("library", $"version {version} taken from {Path.GetFileName(file)}");
    }

    /// <summary>At start: tells the shards of the newest version where they have not been told, again until the log takes it.</summary>
    public async Task ActivateAsync(Func<LogNodeSink?> log, CancellationToken stop)
    {
        if (Current is not { } current)
            return;
        if (current.ActivatedMs is not null)
        {
            Interlocked.CompareExchange(ref _active, current.Version, 0);
            return;
        }
        await InTurnAsync(async () =>
        {
            while (await TellAsync(current, log, stop) is not null)
                await Task.Delay(RetryEvery, clock, stop);
            return 0;
        }, stop);
    }

    /// <summary>Makes a version of a library that was learned from <paramref name="parent"/>, and activates it.</summary>
    /// <returns>Its number; null where another one than the parent is active by now.</returns>
    /// <exception cref="TocsinException">The disk, the store or the log refused.</exception>
    public Task<long?> PublishAsync(PatternLibrary library, long parent, string words, Func<LogNodeSink?> log, CancellationToken stop) => InTurnAsync(async () =>
    {
        if (Active != parent)
            return (long?)null;
        Directory.CreateDirectory(folder);
        var (version, path) = Next();
        LibraryFile.Save(path, library);
        var row = new LibraryRow(version, path, null, words);
        await store().PutLibraryAsync(row).WaitAsync(stop);
        say.Info("library", $"version {version}: {words}");
        if (await TellAsync(row, log, stop) is { } why)
            throw new DependencyException($"version {version} is made and not activated: {why}");
        return version;
    }, stop);

    /// <summary>Activates a version that there is: the way back, and forth.</summary>
    /// <returns>Why it cannot be, null = it is.</returns>
    public Task<string?> ActivateAsync(LibraryRow row, Func<LogNodeSink?> log, CancellationToken stop) => InTurnAsync(async () =>
    {
        if (Active > 0 && Scoring(row.Version).Library.Catalogue != Scoring(Active).Library.Catalogue)
            return "it was made with another catalogue of metrics: name its file in the options and start anew";
        return await TellAsync(row, log, stop);
    }, stop);

    public void Dispose() => _turn.Dispose();

    /// <summary>What is scored by, or is to be as soon as the log is told: a version that was never activated came after all that were.</summary>
    private LibraryRow? Current => All is var all && all.MaxBy(l => l.Version) is { ActivatedMs: null } fresh ? fresh : all.MaxBy(l => l.ActivatedMs);

    private async Task<string?> TellAsync(LibraryRow row, Func<LogNodeSink?> log, CancellationToken stop)
    {
        // What cannot be loaded must not be named in the log: the shards could not go on.
        _ = Scoring(row.Version);
        var answer = log() is { } sink ? await sink.ActivateAsync(row.Version) : null;
        if (answer is not Appended)
            return (answer as Unavailable)?.Reason ?? "the log does not take it now";
        await store().PutLibraryAsync(row with { ActivatedMs = clock.GetUtcNow().ToUnixTimeMilliseconds() }).WaitAsync(stop);
        say.Info("library", $"version {row.Version} activated");
        Let(Interlocked.Exchange(ref _active, row.Version), row.Version);
        return null;
    }

    /// <summary>Shards hold what they use; only the two newest are kept beside, else memory would grow with each version.</summary>
    private void Let(long before, long now)
    {
        foreach (var version in _loaded.Keys.Where(v => v != before && v != now))
            _loaded.TryRemove(version, out _);
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> change, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return await change();
        }
        finally
        {
            _turn.Release();
        }
    }

    private (long Version, string Path) Next()
    {
        var version = All.Select(l => l.Version).DefaultIfEmpty(0).Max() + 1;
        return (version, Path.Combine(folder, version.ToString("d6", CultureInfo.InvariantCulture) + ".library"));
    }

    private ScoringLibrary Load(long version)
    {
        var row = All.FirstOrDefault(l => l.Version == version)
            ?? throw new DependencyException($"library {version} is named by a shard and not in the store");
        return new ScoringLibrary(LibraryFile.Load(row.Path));
    }

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
