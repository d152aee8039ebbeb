namespace Tocsin.Daemon.Http.Access;

/// <summary>How many requests of one user, and of one user about one job, may come to nothing: each costs a question to Slurm or a record. Who is above that is turned away before anything
/// is asked or stored. Any thread.</summary>
/// <remarks>Two buckets, of the user and of the user with the job, each refilled within a minute; what succeeds costs nothing. The job's bucket is of the user who asks, not of the owner: nobody
/// can use up another's. What is under way counts as if it would be refused, but for those of whom nothing was refused lately: of these <see cref="MostUnderWay"/> may be (each rank of a
/// job, say), so that is also the most that one may have refused at once. What is owed for it is a minute at most.</remarks>
/// <param name="say">One line, at most once a minute.</param>
internal sealed class RefusalLimit(TimeProvider clock, Action<string> say)
{
    /// <summary>In a minute.</summary>
    public const int OfUser = 60, OfJob = 10;

    public const int MostUnderWay = 128, MostUsers = 4096;

    /// <summary>From so many jobs of a user on, those that owe nothing are looked for.</summary>
    private const int ManyJobs = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, User> _users = [];
    private long? _saidAt;
    private long _turnedAway;

    /// <summary>Users that have requests under way or refused ones to wait for.</summary>
    public int Users
    {
        get
        {
            lock (_lock)
                return _users.Count;
        }
    }

    /// <summary>Null: it may go on, and <see cref="End"/> is called when it has ended, once. Else when to come again.</summary>
    public TimeSpan? Begin(uint uid, long job)
    {
        string? line = null;
        TimeSpan wait;
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            var user = Of(uid, now);
            var asked = user.Of(job, clock, now);
            user.All.Fill(clock, now);
            asked.Fill(clock, now);
            if (user.All.HasRoom && asked.HasRoom)
            {
                user.All.UnderWay++;
                asked.UnderWay++;
                return null;
            }
            wait = user.All.HasRoom ? asked.Wait : asked.HasRoom || user.All.Wait > asked.Wait ? user.All.Wait : asked.Wait;
            _turnedAway++;
            if (_saidAt is not { } last || clock.GetElapsedTime(last, now) >= TimeSpan.FromMinutes(1))
            {
                var whose = user.All.HasRoom ? $"of user {uid} about job {job}" : $"of user {uid} (the last about job {job})";
                line = FormattableString.Invariant($"429: too many requests {whose} come to nothing or are under way; {_turnedAway} turned away since this was last told");
                (_saidAt, _turnedAway) = (now, 0);
            }
        }
        if (line is not null)
            say(line);
        return wait;
    }

    /// <param name="refused">It came to nothing by its sender's doing.</param>
    public void End(uint uid, long job, bool refused)
    {
        lock (_lock)
        {
            // Who had no room in the table is not in it.
            if (!_users.TryGetValue(uid, out var user) || !user.Jobs.TryGetValue(job, out var asked) || asked.UnderWay == 0)
                return;
            var now = clock.GetTimestamp();
            user.All.End(refused, clock, now);
            asked.End(refused, clock, now);
            if (asked.IsClean)
                user.Jobs.Remove(job);
            if (user.All.IsClean)
                _users.Remove(uid);
        }
    }

    private User Of(uint uid, long now)
    {
        if (_users.TryGetValue(uid, out var known))
            return known;
        if (_users.Count >= MostUsers)
            MakeRoom(now);
        var user = new User(now);
        // A table full of requests under way: a newcomer is not made to pay for them.
        return _users.Count < MostUsers ? _users[uid] = user : user;
    }

    /// <summary>All that owe nothing go; where all owe, the one that owes least.</summary>
    private void MakeRoom(long now)
    {
        (uint Uid, double Left)? least = null;
        foreach (var (uid, user) in _users)
        {
            user.All.Fill(clock, now);
            if (user.All.IsClean)
                _users.Remove(uid);
            else if (user.All.UnderWay == 0 && (least is null || user.All.Left > least.Value.Left))
                least = (uid, user.All.Left);
        }
        if (_users.Count >= MostUsers && least is { } l)
            _users.Remove(l.Uid);
    }

    /// <remarks>A job is kept while it owes or asks. Each owes at most two minutes and was refused once for it, so there are no more of them than a user may have refused in that time.</remarks>
    private sealed class User(long now)
    {
        public Bucket All { get; } = new(OfUser, now);

        public Dictionary<long, Bucket> Jobs { get; } = [];

        public Bucket Of(long job, TimeProvider clock, long now)
        {
            if (Jobs.TryGetValue(job, out var known))
                return known;
            if (Jobs.Count >= ManyJobs)
            {
                foreach (var (id, bucket) in Jobs)
                {
                    bucket.Fill(clock, now);
                    if (bucket.IsClean)
                        Jobs.Remove(id);
                }
            }
            return Jobs[job] = new Bucket(OfJob, now);
        }
    }

    /// <param name="most">That it holds, and is given in a minute.</param>
    private sealed class Bucket(int most, long now)
    {
        private long _at = now;

        public double Left { get; private set; } = most;

        public int UnderWay { get; set; }

        public bool IsClean => UnderWay == 0 && Left >= most;

        public bool HasRoom => UnderWay < (Left >= most ? MostUnderWay : Math.Floor(Left));

        public TimeSpan Wait => TimeSpan.FromSeconds(Math.Max(1, (1 - Left) * 60 / most));

        public void Fill(TimeProvider clock, long now)
        {
            Left = Math.Min(most, Left + (Math.Max(0, clock.GetElapsedTime(_at, now).TotalMinutes) * most));
            _at = now;
        }

        public void End(bool refused, TimeProvider clock, long now)
        {
            Fill(clock, now);
            UnderWay--;
            if (refused)
                Left = Math.Max(-most, Left - 1);
        }
    }
}
