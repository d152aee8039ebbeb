using Tocsin.Actors.Log;
using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Shards;

/// <summary>What a shard asks of the log: from where to read, again where it failed, and that a batch is done with.</summary>
public sealed partial class ShardActor
{
    private object? _reading;

    /// <summary>Why nothing is read at present.</summary>
    private string? _unread;

    private void Read()
    {
        // How far the log goes is not known before the first word on this reading.
        (_reading, _unread, _end) = (new object(), null, long.MaxValue);
        Context.Parent.Tell(new ReadFrom(_at, _applied, _reading));
    }

    private void ReadLater(string why)
    {
        _unread = why;
        Timers.StartSingleTimer(ReadAgain.Instance, ReadAgain.Instance, Delay());
    }

    private void OnReadFailed(LogFailure failure)
    {
        _reading = null;
        if (failure is OffsetOutOfRange range)
        {
            _outOfRange = range;
            Go();
            return;
        }
        ReadLater(failure.Message);
        Show();
    }

    private void GiveBack()
    {
        if (_batch is { } batch)
            Context.Parent.Tell(new ReadOn(_at, batch));
        _batch = null;
    }
}
