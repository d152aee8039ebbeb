using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Inference.Libraries;
using Tocsin.Shared;
using Tocsin.Unit.Learning;
using Tocsin.Unit.Nodes;

namespace Tocsin.Unit.Serve;

public sealed class LibraryShelfSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-test").FullName;
    private readonly MemoryStore _store = new(new MemoryDatabase());
    private readonly StringWriter _said = new();
    private readonly LibraryShelf _shelf;

    public LibraryShelfSpec()
    {
        _shelf = NewShelf();
        LibraryFile.Save(Trained, SmallRecording.Library.Value);
    }

    private string Trained => Path.Combine(_folder, "trained");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void That_there_is_none_yet_is_said_and_is_no_fault()
    {
        Assert.True(_shelf.Check.Ok);
        Assert.StartsWith("no library yet", _shelf.Check.Detail);
    }

    [Fact]
    public async Task A_file_becomes_a_version_once_and_the_log_is_told_of_it()
    {
        _shelf.Take(Trained);
        _shelf.Take(Trained);
        Assert.Equal([1L], _store.Libraries().Select(l => l.Version));
        var log = new ListLog();
        await _shelf.ActivateAsync(() => new LogNodeSink(log, "test", 1, _ => true), CancellationToken.None);
        Assert.Equal((1, 1), (_shelf.Active, log.Records.Count));
        Assert.Equal("version 1", _shelf.Check.Detail);

        // Another life of the daemon knows it, and tells nobody again.
        var after = NewShelf();
        await after.ActivateAsync(() => throw new InvalidOperationException("nothing to tell"), CancellationToken.None);
        Assert.Equal(1, after.Active);
        Assert.Equal(SmallRecording.Library.Value.Models.Count, after.Scoring(1).Library.Models.Count);
    }

    [Fact]
    public void A_damaged_file_becomes_no_version()
    {
        var bytes = File.ReadAllBytes(Trained);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(Trained, bytes);
        Assert.ThrowsAny<TocsinException>(() => _shelf.Take(Trained));
        Assert.Empty(_store.Libraries());
    }

    [Fact]
    public void A_version_that_the_store_does_not_know_is_asked_for_again_later()
    {
        Assert.Throws<DependencyException>(() => _shelf.Scoring(1));
        _shelf.Take(Trained);
        Assert.Throws<DependencyException>(() => _shelf.Scoring(2));
        Assert.NotNull(_shelf.Scoring(1));
    }

    private LibraryShelf NewShelf() =>
        new(Path.Combine(_folder, "shelf"), () => _store, new OwnLog(_said, new OwnLogOptions { Level = Microsoft.Extensions.Logging.LogLevel.Information }, TimeProvider.System), TimeProvider.System);
}
