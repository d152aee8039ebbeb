using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Learning;

namespace Tocsin.Actors.Supervision.Deciding;

/// <summary>What inputs said of nodes, until it is known what came of it: then each is weighed, and the MLP learns from what it looked at. It said its word before, so what is weighed
/// is never what it was taught.</summary>
internal sealed class OpenQuestions
{
    private const int Most = 200_000;

    private readonly Queue<Question> _open = new();
    private readonly Dictionary<string, Queue<Question>> _byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _asked = new(StringComparer.Ordinal);

    /// <summary>A node is asked about four times within a horizon: words in between say the same.</summary>
    /// <returns>Whether it was asked now.</returns>
    public bool Ask(string node, long nowMs, long horizonMs, IReadOnlyList<(string Input, double Said)> said, double[] frame)
    {
        if (_asked.TryGetValue(node, out var last) && nowMs >= last && nowMs - last < horizonMs / 4)
            return false;
        Add(new Question(node, nowMs, nowMs + horizonMs, said, frame));
        if (_open.Count > Most)
            Next();
        return true;
    }

    /// <param name="failedMs">A node's last failure; 0 = none.</param>
    /// <returns>When the last of those was due from which something was learned; null: nothing was.</returns>
    public long? Weigh(long nowMs, Func<string, long> failedMs, BrierBook book, IDictionary<string, Calibration> inputs, OnlineMlp mlp)
    {
        long? to = null;
        while (_open.TryPeek(out var question) && question.DueMs <= nowMs)
        {
            var asked = Next();
            to = Math.Max(to ?? 0, question.DueMs);
            if (!asked)
                continue;
            var failed = failedMs(question.Node);
            var came = failed > question.AtMs && failed <= question.DueMs;
            foreach (var (input, said) in question.Said)
            {
                if (!inputs.TryGetValue(input, out var calibration))
                    inputs[input] = calibration = new Calibration();
                book.Add(input, calibration.Of(said), came);
                calibration.Add(said, came);
            }
            if (question.Frame.Length == mlp.Inputs)
                mlp.Learn(question.Frame, came);
        }
        return to;
    }

    /// <summary>Nobody will say what comes of the node.</summary>
    public void Forget(string node)
    {
        _byNode.Remove(node);
        _asked.Remove(node);
    }

    /// <summary>As it is stored; null: nothing is open.</summary>
    public QuestionsRow? Of(string node) => _byNode.TryGetValue(node, out var open) && open.Count > 0 ? new QuestionsRow([.. open.TakeLast(QuestionsRow.Most)]) : null;

    /// <param name="stored">In any order.</param>
    public void Load(IEnumerable<Question> stored)
    {
        foreach (var question in stored.OrderBy(q => q.DueMs).ThenBy(q => q.Node, StringComparer.Ordinal).TakeLast(Most))
            Add(question);
    }

    private void Add(Question question)
    {
        _asked[question.Node] = question.AtMs;
        _open.Enqueue(question);
        if (!_byNode.TryGetValue(question.Node, out var own))
            _byNode[question.Node] = own = new Queue<Question>();
        own.Enqueue(question);
    }

    /// <summary>Takes the oldest out. False: its node was forgotten meanwhile.</summary>
    private bool Next()
    {
        var question = _open.Dequeue();
        if (!_byNode.TryGetValue(question.Node, out var own) || !own.TryPeek(out var first) || !ReferenceEquals(first, question))
            return false;
        own.Dequeue();
        return true;
    }
}
