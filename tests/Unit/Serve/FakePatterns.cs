using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

/// <summary>Shows what it is told to, and keeps what it is asked.</summary>
internal sealed class FakePatterns : IPatternDesk
{
    public PatternLook? Look { get; set; }

    public List<string> Asked { get; } = [];

    public DeskAnswer Answer { get; set; } = new(200, 4, null);

    public Task<PatternLook?> LookAsync(int pattern, CancellationToken stop) => Task.FromResult(pattern is >= -1 and < 9 ? Look : null);

    public Task<DeskAnswer> MoveAsync(NodeKey node, long startMs, int into, string who, CancellationToken stop) => Note($"{node} at {startMs} into {into} by {who}");

    public Task<DeskAnswer> JoinAsync(int from, int into, string who, CancellationToken stop) => Note($"join {from} into {into} by {who}");

    private Task<DeskAnswer> Note(string what)
    {
        Asked.Add(what);
        return Task.FromResult(Answer);
    }
}
