using System.Globalization;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Migration;
using Tocsin.Shared;
using Tocsin.Shared.Wire;
using NodeRow = Tocsin.Actors.Supervision.Rows.NodeRow;

namespace Tocsin.Actors.Supervision;

/// <summary>Under which names the rows are kept, and their bytes.</summary>
internal sealed partial class SupervisorState
{
    /// <exception cref="DependencyException">What is stored is damaged, or of a newer program.</exception>
    public void Load(Acquired stored)
    {
        NextAction = Math.Max(1, stored.Counters.GetValueOrDefault("next action"));
        NextDecision = Math.Max(1, stored.Counters.GetValueOrDefault("next decision"));
        NextWarning = Math.Max(1, stored.Counters.GetValueOrDefault("next warning"));
        NextVeto = Math.Max(1, stored.Counters.GetValueOrDefault("next veto"));
        IReadOnlyCollection<MoveRow> moves = [];
        var asked = new List<(string Node, byte[] Bytes)>();
        foreach (var (name, bytes) in stored.Rows)
        {
            if (name.StartsWith(ActionName, StringComparison.Ordinal))
                Put(Row<ActionRow>(name, bytes));
            else if (name.StartsWith(JobName, StringComparison.Ordinal))
                Put(Row<JobRow>(name, bytes));
            else if (name.StartsWith(NodeName, StringComparison.Ordinal))
                Put(Row<NodeRow>(name, bytes));
            else if (name.StartsWith(AlertName, StringComparison.Ordinal))
                Put(Row<SuspicionRow>(name, bytes));
            else if (name.StartsWith(VetoName, StringComparison.Ordinal))
                Put(Row<VetoRow>(name, bytes));
            else if (name.StartsWith(DecisionName, StringComparison.Ordinal))
                Decisions = Row<DecisionRow>(name, bytes) is var d ? Decisions.Add(d.Number, d) : Decisions;
            else if (name == HoldName)
                Hold = Row<HoldRow>(name, bytes);
            else if (name == MovesName)
                moves = Row<ListRow<MoveRow>>(name, bytes).All;
            else if (name == PastName)
                Past = [.. Row<ListRow<PastRow>>(name, bytes).All.Select(p => p.Past)];
            else if (name == FailuresName)
                Failures = [.. Row<ListRow<FailureRow>>(name, bytes).All];
            else if (name == LearnerName)
                Learner = Tried<LearnerRow>(name, bytes);
            else if (name.StartsWith(AskedName, StringComparison.Ordinal))
                asked.Add((name[AskedName.Length..], bytes));
            else if (name == KnowledgeName && !Knowledge.TryRead(bytes, out var why))
                throw new DependencyException($"the stored row '{name}' of the supervisor cannot be read: {why}");
        }
        Moves = new MoveBook([.. moves.Select(m => m.ToMove(id => Actions.GetValueOrDefault(id)?.Action))]);
        // Those that were weighed already stand there still: a node's are written when it is asked anew.
        if (Learner is { } learner)
            Questions.Load(asked.SelectMany(a => (Tried<QuestionsRow>(AskedName + a.Node, a.Bytes)?.Open ?? []).Select(q => q with { Node = a.Node })).Where(q => q.DueMs > learner.WeighedToMs));
        _changed.Clear();
    }

    /// <summary>What is only learned is no reason not to begin.</summary>
    private T? Tried<T>(string name, byte[] bytes)
        where T : class, IWire<T>
    {
        if (WireBytes.TryRead<T>(bytes, out var row, out var failure))
            return row;
        Anew.Add($"the stored row '{OneLine.Of(name, 80)}' of the supervisor cannot be read, and what it had learned is begun anew: {failure}");
        return null;
    }

    /// <summary>What changed since the last commit, as bytes of its own.</summary>
    public (List<ShardRow> Rows, List<string> Removed) Rows()
    {
        List<ShardRow> rows = [];
        List<string> removed = [];
        foreach (var name in _changed.Order(StringComparer.Ordinal))
        {
            if (Bytes(name) is { } bytes)
                rows.Add(new ShardRow(name, bytes));
            else
                removed.Add(name);
        }
        return (rows, removed);
    }

    public void Committed() => _changed.Clear();

    private byte[]? Bytes(string name) => name switch
    {
        HoldName => Of(Hold),
        MovesName => Of(new ListRow<MoveRow>([.. Moves.Open.Select(MoveRow.Of)])),
        PastName => Of(new ListRow<PastRow>([.. Past.Select(p => new PastRow(p))])),
        FailuresName => Of(new ListRow<FailureRow>(Failures)),
        KnowledgeName => Knowledge.Bytes(),
        LearnerName => Of(Learner),
        _ when name.StartsWith(AskedName, StringComparison.Ordinal) => Of(Questions.Of(name[AskedName.Length..])),
        _ when name.StartsWith(ActionName, StringComparison.Ordinal) => Of(Actions.GetValueOrDefault(Number(name, ActionName))),
        _ when name.StartsWith(DecisionName, StringComparison.Ordinal) => Of(Decisions.GetValueOrDefault(Number(name, DecisionName))),
        _ when name.StartsWith(AlertName, StringComparison.Ordinal) => Of(Suspicions.GetValueOrDefault(Number(name, AlertName))),
        _ when name.StartsWith(VetoName, StringComparison.Ordinal) => Of(Vetoes.GetValueOrDefault(Number(name, VetoName))),
        _ when name.StartsWith(JobName, StringComparison.Ordinal) => Of(Jobs.GetValueOrDefault(name[JobName.Length..])),
        _ => Of(Nodes.GetValueOrDefault(name[NodeName.Length..])),
    };

    private static byte[]? Of<T>(T? row)
        where T : class, IWire<T> => row is null ? null : WireBytes.Of(row);

    private static long Number(string name, string kind) => long.Parse(name.AsSpan(kind.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    private void Note(string kind, long number) => _changed.Add(kind + number.ToString(CultureInfo.InvariantCulture));

    private static T Row<T>(string name, byte[] bytes)
        where T : IWire<T> =>
        WireBytes.TryRead<T>(bytes, out var row, out var failure) ? row : throw new DependencyException($"the stored row '{name}' of the supervisor cannot be read: {failure}");
}
