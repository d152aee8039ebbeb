using System.Globalization;

namespace Tocsin.Actors.Runtime;

/// <summary>The children of one actor by name. Locked, because anyone may make a child of the guardian and the shutdown names what is stuck;
/// the lock is held for a look-up or a copy, never while a child or user code runs.</summary>
internal sealed class Children
{
    public const int MaxNameLength = 250;

    private readonly Dictionary<string, ActorCell> _byName = new(StringComparer.Ordinal);
    private long _unnamed;
    private bool _sealed;

    public int Count
    {
        get
        {
            lock (_byName)
                return _byName.Count;
        }
    }

    /// <param name="name">Null = the next of $1, $2, ...</param>
    /// <exception cref="InvalidActorNameException">The name is taken or cannot be part of a path.</exception>
    public ActorCell Add(string? name, Func<string, ActorCell> make)
    {
        if (name is not null)
            Check(name);
        lock (_byName)
        {
            if (_sealed)
                throw new InvalidOperationException($"no child '{name}': its parent is stopping");
            name ??= "$" + (++_unnamed).ToString(CultureInfo.InvariantCulture);
            if (_byName.ContainsKey(name))
                throw new InvalidActorNameException($"there is a child '{name}' already, or one that is still stopping");
            var child = make(name);
            _byName.Add(name, child);
            return child;
        }
    }

    public ActorCell? Find(string name)
    {
        lock (_byName)
            return _byName.GetValueOrDefault(name);
    }

    public ActorCell[] All()
    {
        lock (_byName)
            return [.. _byName.Values];
    }

    /// <returns>How many are left.</returns>
    public int Remove(ActorCell child)
    {
        lock (_byName)
        {
            if (_byName.TryGetValue(child.Name, out var known) && ReferenceEquals(known, child))
                _byName.Remove(child.Name);
            return _byName.Count;
        }
    }

    /// <summary>No more are added until <see cref="Unseal"/>.</summary>
    public ActorCell[] Seal()
    {
        lock (_byName)
        {
            _sealed = true;
            return [.. _byName.Values];
        }
    }

    public void Unseal()
    {
        lock (_byName)
            _sealed = false;
    }

    /// <summary>Names stand in paths and in logs: one line, no separator, nothing that could be taken for a generated name.</summary>
    private static void Check(string name)
    {
        var bad = name.Length is 0 or > MaxNameLength || name[0] == '$';
        foreach (var c in name)
            bad |= c == '/' || char.IsControl(c) || char.IsSurrogate(c);
        if (bad)
            throw new InvalidActorNameException($"an actor's name has 1 to {MaxNameLength} characters, no '/', no control characters and no leading '$'");
    }
}
