using Tocsin.Actors.Supervision.Rows;

namespace Tocsin.Actors.Supervision;

/// <summary>Numbers of the actions that are kept, by the job and the node that each is about, and those that are not over: with tens of thousands of jobs nobody can walk
/// over all actions for each. One thread at a time.</summary>
internal sealed class ActionIndex
{
    private static readonly SortedSet<long> None = [];

    private readonly Dictionary<string, SortedSet<long>> _byJob = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<long>> _byNode = new(StringComparer.Ordinal);

    /// <summary>Oldest first, as everywhere here.</summary>
    public SortedSet<long> Open { get; } = [];

    public IReadOnlyCollection<long> OfJob(string id) => _byJob.GetValueOrDefault(id, None);

    public IReadOnlyCollection<long> OfNode(string name) => _byNode.GetValueOrDefault(name, None);

    /// <summary>What an action is about never changes; whether it is open does.</summary>
    public void Put(ActionRow row)
    {
        var number = row.Action.Id.Number;
        Add(_byJob, row.Action.Job?.JobId, number);
        Add(_byNode, row.Action.Node?.Name, number);
        if (row.Action.Open)
            Open.Add(number);
        else
            Open.Remove(number);
    }

    public void Remove(ActionRow row)
    {
        var number = row.Action.Id.Number;
        Remove(_byJob, row.Action.Job?.JobId, number);
        Remove(_byNode, row.Action.Node?.Name, number);
        Open.Remove(number);
    }

    private static void Add(Dictionary<string, SortedSet<long>> by, string? key, long number)
    {
        if (key is null)
            return;
        if (!by.TryGetValue(key, out var numbers))
            by[key] = numbers = [];
        numbers.Add(number);
    }

    private static void Remove(Dictionary<string, SortedSet<long>> by, string? key, long number)
    {
        if (key is not null && by.TryGetValue(key, out var numbers) && numbers.Remove(number) && numbers.Count == 0)
            by.Remove(key);
    }
}
