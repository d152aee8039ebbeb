using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>Which frame a sample belongs to.</summary>
public sealed partial class LiveFrames
{
    private void Add(Sample sample, int slot, long timeMs)
    {
        if (StaleMarker.Is(sample.Value))
        {
            Counts.Ended++;
            // Its counter stays: a target that was away for one scrape goes on where it was.
            if (slot >= 0)
                _expected.Clear(slot);
        }
        else if (!double.IsFinite(sample.Value))
            Counts.NoNumber++;
        else if (slot < 0)
            AddNew(sample, timeMs);
        else if (!_layout.IsBound(slot))
            Counts.Unused++;
        else
            AddKnown(slot, sample.Value, timeMs);
    }

    private void AddKnown(int slot, double value, long timeMs)
    {
        foreach (var frame in _open)
        {
            if (!frame.Has[slot])
            {
                if (!Fits(frame, timeMs))
                    continue;
                frame.Take(slot, value, timeMs);
                Counts.Taken++;
                return;
            }
            if (frame.TimeMs(slot) == timeMs)
            {
                Counts.Repeated++;
                return;
            }
            if (timeMs < frame.MinMs || timeMs - frame.MinMs >= Again)
                continue;
            // Scraped more often than the cadence: the newest stands.
            if (timeMs > frame.TimeMs(slot))
                frame.Take(slot, value, timeMs);
            Counts.TooClose++;
            return;
        }
        var had = _closedMinMs != Never && _expected[slot];
        if (_closedMinMs != Never && timeMs < _closedMinMs + (had ? Again : Width) || timeMs <= _closedMaxMs)
        {
            Miss(slot, had, timeMs);
            return;
        }
        Begin(timeMs).Take(slot, value, timeMs);
        Counts.Taken++;
    }

    private void Miss(int slot, bool had, long timeMs)
    {
        if (had)
        {
            if (timeMs <= _closedMaxMs)
                Counts.Repeated++;
            else
                Counts.TooClose++;
            return;
        }
        Counts.Late++;
        if (timeMs >= _closedMinMs)
            _expected.Set(slot);
    }

    private void AddNew(Sample sample, long timeMs)
    {
        if (_layout.Series.Length + _open.Sum(f => f.New.Count) + _lateNew.Count >= room.Options.MaxSeries)
        {
            Counts.TooManySeries++;
            return;
        }
        var frame = _open.Find(f => Fits(f, timeMs));
        if (frame is null && (timeMs <= _closedMaxMs || (_closedMinMs != Never && timeMs < _closedMinMs + Width)))
        {
            Counts.Late++;
            if (timeMs >= _closedMinMs)
                _lateNew.Add(sample.Series);
            return;
        }
        (frame ?? Begin(timeMs)).Take(sample.Series, sample.Value, timeMs);
        Counts.Taken++;
    }

    private bool Fits(OpenFrame frame, long timeMs) =>
        timeMs > _closedMaxMs && (timeMs >= frame.MinMs ? timeMs - frame.MinMs < Width : frame.MaxMs - timeMs < Width);

    private OpenFrame Begin(long timeMs)
    {
        var frame = room.Lend(_layout.Series.Length, timeMs);
        var at = _open.FindIndex(f => f.MinMs > timeMs);
        _open.Insert(at < 0 ? _open.Count : at, frame);
        return frame;
    }

    /// <summary>Of a pair of scrapers that watch the same node the first one is listened to, until it is silent.</summary>
    private bool Elect(SampleBatch batch)
    {
        if (batch.Replica is null)
            return true;
        if (_replica != batch.Replica && _replica is not null && batch.TimeMs - _replicaMs < room.Options.ReplicaSilenceMs)
            return false;
        (_replica, _replicaMs) = (batch.Replica, _replica == batch.Replica ? Math.Max(_replicaMs, batch.TimeMs) : batch.TimeMs);
        return true;
    }
}
