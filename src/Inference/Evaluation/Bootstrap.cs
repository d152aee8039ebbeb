namespace Tocsin.Inference.Evaluation;

/// <summary>95 % intervals by resampling contiguous blocks of a node's frames with replacement: neighbours in time are not independent, blocks nearly are.</summary>
/// <remarks>An event and an episode count with the block in which they start. Percentile intervals; they say how much the figures depend on which stretches
/// happened to be recorded, nothing of other machines.</remarks>
internal static class Bootstrap
{
    private const int FewestBlocks = 5;

    public static Dictionary<string, Interval> Intervals(FrameTable table, MethodEvaluator evaluator, EventMatch match, EvalOptions options)
    {
        var (blockOf, blocks) = Blocks(table, options.BlockFrames);
        var result = new Dictionary<string, Interval>(StringComparer.Ordinal);
        if (blocks < FewestBlocks || options.Bootstrap == 0)
            return result;
        var sums = Sums.Collect(table, match, blockOf, blocks);
        var ranking = new Ranking([.. evaluator.Judged.Select(i => table.Scores[i])], evaluator.Positive);
        var judgedBlock = evaluator.Judged.Select(i => blockOf[i]).ToArray();
        var draws = new double[6][];
        for (var k = 0; k < draws.Length; k++)
            draws[k] = new double[options.Bootstrap];
        var weights = new int[blocks];
        for (var b = 0; b < options.Bootstrap; b++)
        {
            var random = new Random(unchecked(options.Seed * 7_919 + b));
            Array.Clear(weights);
            for (var n = 0; n < blocks; n++)
                weights[random.Next(blocks)]++;
            (draws[0][b], draws[1][b]) = ranking.Areas(judgedBlock, weights);
            draws[2][b] = sums.Ratio(s => s.Found, s => s.Events, weights);
            draws[3][b] = sums.Ratio(s => s.NormalAlarmed, s => s.Normal, weights);
            draws[4][b] = sums.Ratio(s => s.False, s => s.NormalHours, weights);
            draws[5][b] = sums.Ratio(s => s.CalmFalse, s => s.CalmHours, weights);
        }
        string[] names = ["auc_roc", "auc_pr", "recall", "normal_alarmed", "false_per_hour", "calm_false_per_hour"];
        for (var k = 0; k < draws.Length; k++)
        {
            var sorted = draws[k].Where(double.IsFinite).Order().ToArray();
            result[names[k]] = new Interval(MethodEvaluator.Quantile(sorted, 0.025), MethodEvaluator.Quantile(sorted, 0.975));
        }
        return result;
    }

    private static (int[] BlockOf, int Blocks) Blocks(FrameTable table, int blockFrames)
    {
        var blockOf = new int[table.Frames];
        var blocks = 0;
        for (var node = 0; node < table.Nodes.Count; node++)
        {
            var inBlock = 0;
            for (var i = table.Offsets[node]; i < table.Offsets[node + 1]; i++)
            {
                blockOf[i] = blocks;
                // Only frames that count fill a block; those in the margins go along with their neighbours.
                inBlock += table.Kept[i] ? 1 : 0;
                if (inBlock == blockFrames)
                {
                    blocks++;
                    inBlock = 0;
                }
            }
            blocks += inBlock > 0 ? 1 : 0;
        }
        // Trailing margin frames may point one past the last block.
        return (blockOf, blocks + 1);
    }

    private struct BlockSums
    {
        public double Events, Found, Normal, NormalAlarmed, NormalHours, False, CalmFalse, CalmHours;
    }

    private sealed class Sums(BlockSums[] blocks)
    {
        public static Sums Collect(FrameTable table, EventMatch match, int[] blockOf, int count)
        {
            var blocks = new BlockSums[count];
            for (var i = 0; i < table.Frames; i++)
            {
                if (!table.Kept[i] || table.Labels[i] != 0)
                    continue;
                ref var block = ref blocks[blockOf[i]];
                var hours = table.CadenceMs[table.NodeOf(i)] / 3_600_000;
                block.Normal++;
                block.NormalHours += hours;
                block.NormalAlarmed += table.Alarms[i] ? 1 : 0;
                block.CalmHours += table.Calm[i] ? hours : 0;
            }
            for (var e = 0; e < match.Events.Count; e++)
            {
                ref var block = ref blocks[blockOf[table.FirstAt(table.Events[e].Node, table.Events[e].StartMs)]];
                block.Events += match.Events[e].Counted ? 1 : 0;
                block.Found += match.Events[e] is { Counted: true, DelayMs: not null } ? 1 : 0;
            }
            for (var p = 0; p < match.Episodes.Count; p++)
            {
                ref var block = ref blocks[blockOf[match.Episodes[p].First]];
                block.False += match.FalseEpisodes[p] ? 1 : 0;
                block.CalmFalse += match.FalseEpisodes[p] && table.Calm[match.Episodes[p].First] ? 1 : 0;
            }
            return new Sums(blocks);
        }

        public double Ratio(Func<BlockSums, double> part, Func<BlockSums, double> whole, int[] weights)
        {
            double above = 0, below = 0;
            for (var b = 0; b < blocks.Length; b++)
            {
                above += weights[b] * part(blocks[b]);
                below += weights[b] * whole(blocks[b]);
            }
            return below > 0 ? above / below : double.NaN;
        }
    }
}
