namespace Tocsin.Actors.Log.Files;

/// <summary>The one thread that writes a set of partitions: what came while it wrote goes out together in the next round, and is synced together.</summary>
internal sealed class LogWriter
{
    private readonly TimeProvider _time;
    private readonly LogSync _sync;
    private readonly Action _published;
    private readonly Thread _thread;
    private readonly object _lock = new();
    private Queue<FilePartition> _ready = new();
    private bool _stopping;

    /// <param name="published">Called after each round; must not block.</param>
    public LogWriter(int number, TimeProvider time, LogSync sync, Action published)
    {
        _time = time;
        _sync = sync;
        _published = published;
        _thread = new Thread(Work) { IsBackground = true, Name = $"tocsin-log-{number}" };
        _thread.Start();
    }

    public void Enqueue(FilePartition partition)
    {
        lock (_lock)
        {
            _ready.Enqueue(partition);
            if (_ready.Count == 1)
                Monitor.Pulse(_lock);
        }
    }

    /// <summary>Writes what was enqueued, then ends.</summary>
    /// <returns>False where it did not within the limit: the disk hangs.</returns>
    public bool Stop(TimeSpan limit)
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.Pulse(_lock);
        }
        return _thread.Join(limit);
    }

    private void Work()
    {
        var round = new Queue<FilePartition>();
        var written = new List<FilePartition.Written>();
        while (true)
        {
            lock (_lock)
            {
                while (_ready.Count == 0)
                {
                    if (_stopping)
                        return;
                    Monitor.Wait(_lock);
                }
                (round, _ready) = (_ready, round);
            }
            while (round.TryDequeue(out var partition))
            {
                if (partition.WriteOut(_time.GetUtcNow().ToUnixTimeMilliseconds()) is not { } group)
                    continue;
                // Without a sync there is nothing to share: whoever waits is answered at once.
                if (_sync == LogSync.None)
                    group.Complete();
                else
                    written.Add(group);
            }
            foreach (var group in written)
                group.Complete();
            written.Clear();
            _published();
        }
    }
}
