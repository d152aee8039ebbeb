using System.Collections.Immutable;
using System.Globalization;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Migration;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;
using NodeRow = Tocsin.Actors.Supervision.Rows.NodeRow;

namespace Tocsin.Actors.Supervision;

/// <summary>All that the supervisor remembers, row by row as it is stored. Immutable where others look at it, so that a view costs nothing. One thread at a time.</summary>
internal sealed partial class SupervisorState(Priors priors)
{
    private const string ActionName = "action/", JobName = "job/", NodeName = "node/", AlertName = "alert/", VetoName = "veto/", DecisionName = "decision/", AskedName = "asked/";
    private const string HoldName = "hold", MovesName = "moves", PastName = "past", FailuresName = "failures", KnowledgeName = "knowledge", LearnerName = "mlp";
    private const int MostDecisions = 10_000, MostEnded = 2_000, MostFailures = 5_000, MostVetoes = 1_000;
    private const long HourMs = 3_600_000, DayMs = 86_400_000;

    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly ActionIndex _index = new();

    public ImmutableSortedDictionary<long, ActionRow> Actions { get; private set; } = ImmutableSortedDictionary<long, ActionRow>.Empty;

    public ImmutableDictionary<string, JobRow> Jobs { get; private set; } = ImmutableDictionary.Create<string, JobRow>(StringComparer.Ordinal);

    public ImmutableDictionary<string, NodeRow> Nodes { get; private set; } = ImmutableDictionary.Create<string, NodeRow>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<long, SuspicionRow> Suspicions { get; private set; } = ImmutableSortedDictionary<long, SuspicionRow>.Empty;

    public ImmutableSortedDictionary<long, VetoRow> Vetoes { get; private set; } = ImmutableSortedDictionary<long, VetoRow>.Empty;

    public ImmutableSortedDictionary<long, DecisionRow> Decisions { get; private set; } = ImmutableSortedDictionary<long, DecisionRow>.Empty;

    public ImmutableList<PastAction> Past { get; private set; } = [];

    public ImmutableList<FailureRow> Failures { get; private set; } = [];

    public MoveBook Moves { get; private set; } = MoveBook.Empty;

    public HoldRow? Hold { get; private set; }

    public KnowledgeRow Knowledge { get; private set; } = new(priors);

    /// <summary>The MLP that is trained here, and up to when; null = none yet.</summary>
    public LearnerRow? Learner { get; private set; }

    public OpenQuestions Questions { get; } = new();

    /// <summary>What of the store could not be read and is begun anew, a line each.</summary>
    public List<string> Anew { get; } = [];

    /// <summary>Ids come from these, and from nothing else.</summary>
    public long NextAction { get; private set; } = 1;

    public long NextDecision { get; private set; } = 1;

    public long NextWarning { get; private set; } = 1;

    public long NextVeto { get; private set; } = 1;

    public bool Changed => _changed.Count > 0;

    public IEnumerable<Counter> Counters => [new("next action", NextAction), new("next decision", NextDecision), new("next warning", NextWarning), new("next veto", NextVeto)];

    /// <summary>Oldest first.</summary>
    public IEnumerable<ActionRow> OpenActions => _index.Open.Select(n => Actions[n]);

    public ActionId NewAction() => new(NextAction++);

    public long NewWarning() => NextWarning++;

    /// <summary>Signals and requeues of the job, and drains for it; oldest first.</summary>
    public IEnumerable<ActionRow> ActionsOf(string jobId) => _index.OfJob(jobId).Select(n => Actions[n]);

    /// <summary>Drains and undrains of the node, and requeues off it; oldest first.</summary>
    public IEnumerable<ActionRow> ActionsOn(string node) => _index.OfNode(node).Select(n => Actions[n]);

    public void Put(ActionRow row)
    {
        Actions = Actions.SetItem(row.Action.Id.Number, row);
        _index.Put(row);
        Note(ActionName, row.Action.Id.Number);
    }

    public void Put(JobRow row)
    {
        Jobs = Jobs.SetItem(row.Id, row);
        _changed.Add(JobName + row.Id);
    }

    public void RemoveJob(string id)
    {
        Jobs = Jobs.Remove(id);
        _changed.Add(JobName + id);
    }

    public void Put(NodeRow row)
    {
        Nodes = Nodes.SetItem(row.Node.Name, row);
        _changed.Add(NodeName + row.Node.Name);
    }

    public void RemoveNode(string name)
    {
        Nodes = Nodes.Remove(name);
        _changed.Add(NodeName + name);
        Questions.Forget(name);
        _changed.Add(AskedName + name);
    }

    public void Put(SuspicionRow row)
    {
        Suspicions = Suspicions.SetItem(row.Alert.Number, row);
        Note(AlertName, row.Alert.Number);
    }

    public void RemoveSuspicion(long alert)
    {
        Suspicions = Suspicions.Remove(alert);
        Note(AlertName, alert);
    }

    public void Put(VetoRow row)
    {
        Vetoes = Vetoes.SetItem(row.Number, row);
        Note(VetoName, row.Number);
    }

    /// <returns>Its number; null: as many stand as may.</returns>
    public long? Add(Veto veto)
    {
        if (Vetoes.Count >= MostVetoes)
            return null;
        Put(new VetoRow(NextVeto, veto));
        return NextVeto++;
    }

    public void RemoveVeto(long number)
    {
        Vetoes = Vetoes.Remove(number);
        Note(VetoName, number);
    }

    /// <summary>Those that are over.</summary>
    public void ForgetVetoes(long nowMs)
    {
        foreach (var over in Vetoes.Values.Where(v => v.Veto.UntilMs is { } until && until <= nowMs).ToList())
            RemoveVeto(over.Number);
    }

    public void Log(long nowMs, DecisionKind kind, string? job, string? node, string sentence, double gain, double probability, long? action)
    {
        Decisions = Decisions.Add(NextDecision, new DecisionRow(NextDecision, nowMs, kind, job, node, OneLine.Of(sentence, 1000), gain, probability, action));
        Note(DecisionName, NextDecision++);
        while (Decisions.Count > MostDecisions)
        {
            var oldest = Decisions.First().Key;
            Decisions = Decisions.Remove(oldest);
            Note(DecisionName, oldest);
        }
    }

    public void Put(HoldRow? hold)
    {
        Hold = hold;
        _changed.Add(HoldName);
    }

    public void Put(MoveBook moves)
    {
        if (ReferenceEquals(moves, Moves))
            return;
        Moves = moves;
        _changed.Add(MovesName);
    }

    /// <summary>Signals are counted within an hour, and no number of them pushes out what else was done within a day. Pruned when it is full, to so much less that this is seldom.</summary>
    public void Add(PastAction past)
    {
        const int mostSignals = ListRow<PastRow>.Most / 2, mostOthers = ListRow<PastRow>.Most / 4;
        Past = Past.Add(past);
        _changed.Add(PastName);
        if (Past.Count < ListRow<PastRow>.Most && past.AtMs - Past[0].AtMs < 2 * DayMs)
            return;
        var young = Past.Where(p => past.AtMs - p.AtMs < (p.Kind == ActionKind.Signal ? HourMs : DayMs)).ToLookup(p => p.Kind == ActionKind.Signal);
        Past = [.. young[true].TakeLast(mostSignals), .. young[false].TakeLast(mostOthers)];
    }

    public void Add(FailureRow failure)
    {
        Failures = [.. Failures.TakeLast(MostFailures - 1), failure];
        _changed.Add(FailuresName);
    }

    public void Replace(FailureRow old, FailureRow by)
    {
        Failures = Failures.Replace(old, by);
        _changed.Add(FailuresName);
    }

    public void Put(LearnerRow learner)
    {
        Learner = learner;
        _changed.Add(LearnerName);
    }

    /// <summary>A question was put about the node.</summary>
    public void Asked(string node) => _changed.Add(AskedName + node);

    public void Learn() => _changed.Add(KnowledgeName);

    /// <summary>Ended actions beyond what is kept go, the oldest first: signals by themselves, so that they push out no drain. Those that hold a node out stay, those that a move
    /// rests on, and those that a human has to look at: of these the newest half of what is kept.</summary>
    public void Tidy()
    {
        if (Actions.Count - _index.Open.Count <= MostEnded)
            return;
        var held = Nodes.Values.Select(n => n.OutBy).Concat(Moves.Open.Select(m => m.Last?.Id.Number)).OfType<long>().ToHashSet();
        held.UnionWith(Actions.Values.Where(a => a.Action.State is Unknown).TakeLast(MostEnded / 2).Select(a => a.Action.Id.Number));
        foreach (var kind in Actions.Values.Where(a => !a.Action.Open).ToLookup(a => a.Action.Kind == ActionKind.Signal))
        {
            foreach (var row in kind.Where(a => !held.Contains(a.Action.Id.Number)).Take(kind.Count() - MostEnded).ToList())
            {
                Actions = Actions.Remove(row.Action.Id.Number);
                _index.Remove(row);
                Note(ActionName, row.Action.Id.Number);
            }
        }
    }
}
