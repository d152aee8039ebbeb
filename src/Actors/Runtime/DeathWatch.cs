namespace Tocsin.Actors.Runtime;

/// <summary>Whom one actor watches, and who watches it. Touched in its own turns only.</summary>
internal sealed class DeathWatch(ActorCell self)
{
    private HashSet<ActorCell>? _watched;
    private HashSet<ActorCell>? _watchers;

    public void Watch(ActorCell target)
    {
        if ((_watched ??= []).Add(target))
            target.PostSystem(new Watch(self));
    }

    public void Unwatch(ActorCell target)
    {
        if (_watched?.Remove(target) == true)
            target.PostSystem(new Unwatch(self));
    }

    public void UnwatchAll()
    {
        foreach (var target in _watched ?? [])
            target.PostSystem(new Unwatch(self));
        _watched = null;
    }

    public void AddWatcher(ActorCell watcher) => (_watchers ??= []).Add(watcher);

    public void RemoveWatcher(ActorCell watcher) => _watchers?.Remove(watcher);

    public bool IsWatched(ActorCell target) => _watched?.Contains(target) == true;

    /// <returns>False where it is not watched any more, or was told of already.</returns>
    public bool Tell(Terminated terminated) => terminated.ActorRef is ActorCell target && _watched?.Remove(target) == true;

    public void TellWatchers()
    {
        foreach (var watcher in _watchers ?? [])
            watcher.PostSystem(new Gone(self));
        _watchers = null;
    }
}
