namespace Tocsin.Inference.Faults.Moe;

/// <summary>How the hosts' intervals are laid out to be read, in training and in serving.</summary>
internal static unsafe class MoeReading
{
    /// <summary>One row an interval and host: what it says, and a one at its place in time.</summary>
    public static void Tokens(MoeBatch batch, MoeShape shape, float* to, int stride)
    {
        var wide = shape.Inputs / shape.Steps;
        for (var r = 0; r < batch.Rows; r++)
        {
            for (var i = 0; i < shape.Steps; i++, to += stride)
            {
                batch.Inputs.Slice((r * shape.Inputs) + (i * wide), wide).CopyTo(new Span<float>(to, wide));
                new Span<float>(to + wide, stride - wide).Clear();
                to[wide + i] = 1;
            }
        }
    }

    /// <summary>What is read on: the last interval of each host, then for each moment that of its host when the task left it.</summary>
    /// <param name="windows">Out: the host of each.</param>
    /// <param name="positions">Out: its row among the tokens.</param>
    public static void Queries(MoeBatch batch, int steps, int* windows, int* positions)
    {
        for (var r = 0; r < batch.Rows; r++)
            (windows[r], positions[r]) = (r, ((r + 1) * steps) - 1);
        var moments = batch.Graph.Moments;
        for (var m = 0; m < moments.Length; m++)
        {
            var (row, age) = moments[m];
            (windows[batch.Rows + m], positions[batch.Rows + m]) = (row, (row * steps) + Math.Max(0, steps - 1 - age));
        }
    }

    /// <summary>Where edges hear from, as rows of hosts and then moments: along a move what left, else the host at the other end.</summary>
    public static void Sources(HostGraph graph, int* to)
    {
        ReadOnlySpan<int> sources = graph.Sources, left = graph.Left;
        for (var e = 0; e < sources.Length; e++)
            to[e] = left[e] >= 0 ? graph.Rows + left[e] : sources[e];
    }
}
