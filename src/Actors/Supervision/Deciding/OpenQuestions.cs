using Tocsin.Checkpointing.Learning;

namespace Tocsin.Actors.Supervision.Deciding;

/// <summary>What inputs said of nodes, until it is known what came of it: then each is weighed. In memory alone: what was asked before a restart is not weighed.</summary>
internal sealed class OpenQuestions
{
    private const int Most = 200_000;

    private readonly Queue<(string Node, long AtMs, long DueMs, IReadOnlyList<(string Input, double Said)> Said)> _open = new();
    private readonly Dictionary<string, long> _asked = new(StringComparer.Ordinal);

    /// <summary>A node is asked about four times within a horizon: words in between say the same.</summary>
    public void Ask(string node, long nowMs, long horizonMs, IReadOnlyList<(string Input, double Said)> said)
    {
        if (_asked.TryGetValue(node, out var last) && nowMs >= last && nowMs - last < horizonMs / 4)
            return;
        _asked[node] = nowMs;
        _open.Enqueue((node, nowMs, nowMs + horizonMs, said));
        if (_open.Count > Most)
            _open.Dequeue();
    }

    /// <param name="failedMs">A node's last failure; 0 = none.</param>
    /// <returns>Whether anything was learned.</returns>
    public bool Weigh(long nowMs, Func<string, long> failedMs, BrierBook book, IDictionary<string, Calibration> inputs)
    {
        var any = false;
        while (_open.TryPeek(out var question) && question.DueMs <= nowMs)
        {
            _open.Dequeue();
            any = true;
            var failed = failedMs(question.Node);
            var came = failed > question.AtMs && failed <= question.DueMs;
            foreach (var (input, said) in question.Said)
            {
                if (!inputs.TryGetValue(input, out var calibration))
                    inputs[input] = calibration = new Calibration();
                book.Add(input, calibration.Of(said), came);
                calibration.Add(said, came);
            }
        }
        return any;
    }
}
