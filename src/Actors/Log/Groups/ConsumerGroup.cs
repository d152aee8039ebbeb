namespace Tocsin.Actors.Log.Groups;

/// <summary>Who of one process' consumers owns which partition: the same protocol that a broker's group runs, without its network and its timeouts.</summary>
/// <remarks>
/// A partition that has an owner goes to another only after the owner released it, or was declared lost; so two members own it at once only in
/// the eyes of a member that was declared lost and has not polled since. That one's epoch is old by then, and the store refuses it.
/// Members and partitions are gone through in order: the same calls give the same assignment.
/// </remarks>
internal sealed class ConsumerGroup(IReadOnlyList<TopicPartition> partitions)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<TopicPartition, GroupMember?> _owners = new(partitions.ToDictionary(p => p, _ => (GroupMember?)null));
    private readonly HashSet<TopicPartition> _revoking = [];
    private readonly List<GroupMember> _members = [];

    public void Join(GroupMember member) => Change(() => _members.Add(member));

    /// <summary>Its partitions are free at once: who leaves has flushed.</summary>
    public void Leave(GroupMember member) => Change(() =>
    {
        _members.Remove(member);
        Free(member);
    });

    public void Release(GroupMember member, TopicPartition at) => Change(() =>
    {
        if (_owners.TryGetValue(at, out var owner) && owner == member && _revoking.Remove(at))
            _owners[at] = null;
    });

    /// <summary>Takes a partition from its owner in an orderly way; whoever has the fewest is next.</summary>
    public void Revoke(TopicPartition at) => Change(() => StartRevoking(at));

    /// <summary>Declares a member dead that may not know it: others own its partitions at once. It is told when it next polls, and joins again.</summary>
    public void Lose(GroupMember member) => Change(() =>
    {
        var lost = Free(member);
        if (lost.Count > 0)
            member.Tell(new PartitionsLost(lost));
        _members.Remove(member);
        member.Expelled = true;
    }, member);

    /// <summary>The next thing that the member is to know; a member that was declared lost joins again once it has been told so.</summary>
    public LogPoll? Next(GroupMember member)
    {
        lock (_lock)
        {
            if (member.Events.TryDequeue(out var next))
                return next;
            if (!member.Expelled)
                return null;
        }
        Change(() =>
        {
            if (member.Expelled)
                _members.Add(member);
            member.Expelled = false;
        });
        lock (_lock)
            return member.Events.TryDequeue(out var next) ? next : null;
    }

    private void Change(Action change, GroupMember? alsoTold = null)
    {
        List<GroupMember> told;
        lock (_lock)
        {
            change();
            Balance();
            told = [.. _members.Append(alsoTold).OfType<GroupMember>().Where(m => m.Events.Count > 0)];
        }
        // Outside of the lock: whoever is woken may call back.
        foreach (var member in told)
            member.Wake();
    }

    private void Balance()
    {
        if (_members.Count == 0)
            return;
        var given = new SortedDictionary<int, List<TopicPartition>>();
        foreach (var at in _owners.Where(o => o.Value is null).Select(o => o.Key).ToList())
        {
            var least = _members.MinBy(Load)!;
            _owners[at] = least;
            var index = _members.IndexOf(least);
            if (!given.TryGetValue(index, out var list))
                given[index] = list = [];
            list.Add(at);
        }
        foreach (var (index, list) in given)
            _members[index].Tell(new PartitionsAssigned(list));
        while (Overloaded() is { } most)
            StartRevoking(_owners.Last(o => o.Value == most && !_revoking.Contains(o.Key)).Key);
    }

    /// <summary>A member that has two more than another, what is on its way counted where it will go.</summary>
    private GroupMember? Overloaded()
    {
        var loads = _members.Select(Load).ToArray();
        for (var i = 0; i < _revoking.Count; i++)
            loads[Array.IndexOf(loads, loads.Min())]++;
        return loads.Max() - loads.Min() > 1 ? _members[Array.IndexOf(loads, loads.Max())] : null;
    }

    private void StartRevoking(TopicPartition at)
    {
        if (_owners.TryGetValue(at, out var owner) && owner is not null && _revoking.Add(at))
            owner.Tell(new PartitionsRevoked([at]));
    }

    /// <summary>Partitions that it will keep: what is being taken from it counts no more, else too many would be taken.</summary>
    private int Load(GroupMember member) => _owners.Count(o => o.Value == member && !_revoking.Contains(o.Key));

    private List<TopicPartition> Free(GroupMember member)
    {
        var free = _owners.Where(o => o.Value == member).Select(o => o.Key).ToList();
        foreach (var at in free)
        {
            _owners[at] = null;
            _revoking.Remove(at);
        }
        member.Events.Clear();
        return free;
    }
}

/// <summary>A group's view of one consumer; its fields are guarded by the group's lock.</summary>
internal sealed class GroupMember(Action wake)
{
    public Queue<LogPoll> Events { get; } = new();

    public bool Expelled { get; set; }

    public void Tell(LogPoll what) => Events.Enqueue(what);

    public void Wake() => wake();
}
