using Tocsin.Actors.Learning;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve;
using Tocsin.Inference.Learning;

namespace Tocsin.Unit.Serve;

/// <summary>Shows what it is told to, and keeps what it is asked.</summary>
internal sealed class FakeDesk : ILibraryDesk
{
    public (long Version, PatternLibrary? Library) Active { get; set; }

    public List<LibraryRow> Rows { get; } = [];

    public IReadOnlyList<LibraryRow> All => Rows;

    public List<Confirmation> Seen { get; } = [];

    public IReadOnlyList<Confirmation> Confirmations => Seen;

    public List<string> Asked { get; } = [];

    public DeskAnswer Answer { get; set; } = new(200, 2, null);

    public Task<DeskAnswer> ActivateAsync(long version, CancellationToken stop) => Note($"activate {version}");

    public Task<DeskAnswer> AcceptAsync(int pattern, CancellationToken stop) => Note($"accept {pattern}");

    private Task<DeskAnswer> Note(string what)
    {
        Asked.Add(what);
        return Task.FromResult(Answer);
    }
}
