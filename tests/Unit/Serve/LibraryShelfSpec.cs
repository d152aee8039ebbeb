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

    [Fact]
    public async Task What_was_learned_is_the_next_version_and_the_file_that_it_came_of_does_not_come_back_at_the_next_start()
    {
        var log = new ListLog();
        LogNodeSink Sink() => new(log, "test", 1, _ => true);
        _shelf.Take(Trained);
        await _shelf.ActivateAsync(Sink, CancellationToken.None);
        Assert.Equal(2, await _shelf.PublishAsync(Learned, 1, "learned", Sink, CancellationToken.None));
        Assert.Equal(2, _shelf.Active);
        // Made of a version that is not scored by any more: it lacks what came since.
        Assert.Null(await _shelf.PublishAsync(Learned, 1, "learned", Sink, CancellationToken.None));

        var after = NewShelf();
        after.Take(Trained);
        await after.ActivateAsync(Sink, CancellationToken.None);
        Assert.Equal((2, 2), (after.Active, after.All.Count));
        Assert.True(after.Scoring(2).Library.Patterns.Patterns[0].Provisional);
    }

    [Fact]
    public async Task A_version_that_was_gone_back_to_is_the_one_after_a_start_and_the_next_one_is_numbered_after_all()
    {
        var log = new ListLog();
        LogNodeSink Sink() => new(log, "test", 1, _ => true);
        _shelf.Take(Trained);
        await _shelf.ActivateAsync(Sink, CancellationToken.None);
        await _shelf.PublishAsync(Learned, 1, "learned", Sink, CancellationToken.None);
        // Times of activation are compared: they must not be the same.
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() <= _store.Libraries()[1].ActivatedMs)
            Thread.Yield();
        Assert.Null(await _shelf.ActivateAsync(_store.Libraries()[0], Sink, CancellationToken.None));
        Assert.Equal((1, 3), (_shelf.Active, log.Records.Count));
        var after = NewShelf();
        await after.ActivateAsync(() => throw new InvalidOperationException("nothing to tell"), CancellationToken.None);
        Assert.Equal(1, after.Active);
        Assert.Equal(3, await after.PublishAsync(Learned, 1, "learned", Sink, CancellationToken.None));
    }

    private static Tocsin.Inference.Learning.PatternLibrary Learned => SmallRecording.Library.Value with
    {
        Patterns = new(SmallRecording.Library.Value.Patterns.State with { Patterns = [.. SmallRecording.Library.Value.Patterns.Patterns.Select(p => p with { Provisional = true })] }),
    };

    private LibraryShelf NewShelf() =>
        new(Path.Combine(_folder, "shelf"), () => _store, new OwnLog(_said, new OwnLogOptions { Level = Microsoft.Extensions.Logging.LogLevel.Information }, TimeProvider.System), TimeProvider.System);
}
