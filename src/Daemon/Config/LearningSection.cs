using Tocsin.Actors.Learning;
using Tocsin.Inference.Learning;

namespace Tocsin.Daemon.Config;

/// <summary>The section <c>learning</c>: what is collected of what is watched, and when it is learned from.</summary>
internal sealed record LearningOptions
{
    public required CollectOptions Collect { get; init; }

    public required LearnRules Rules { get; init; }

    /// <summary>Passes over the segments.</summary>
    public required int Epochs { get; init; }

    /// <summary>Of the first library's model; 0 = as many as metrics.</summary>
    public required int Width { get; init; }

    /// <summary>Between two looks at what has settled and at whether there is enough.</summary>
    public TimeSpan LookEvery => TimeSpan.FromTicks(Math.Clamp(Collect.Settle.Ticks / 5, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute));

    /// <returns>Null: nothing is learned while running.</returns>
    public static LearningOptions? Read(ConfigReader r, TimeSpan cadence)
    {
        var enabled = r.Flag("enabled", true);
        var collect = new CollectOptions { CadenceMs = (long)cadence.TotalMilliseconds };
        var rules = new LearnRules();
        var day = TimeSpan.FromDays(1);
        var memory = r.Bytes("memory", collect.OpenBytes, 1 << 20, 16L << 30);
        collect = collect with
        {
            OpenBytes = memory,
            KeptBytes = r.Bytes("disk", collect.KeptBytes, 1 << 20, 1L << 40),
            MostFrames = r.Whole("most_frames", collect.MostFrames, 20, 100_000, "frames"),
            LeastFrames = r.Whole("least_frames", collect.LeastFrames, 10, 10_000, "frames"),
            Settle = r.Duration("settle", collect.Settle, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            KeptPerPattern = r.Whole("keep_per_pattern", collect.KeptPerPattern, 4, 10_000, "segments"),
            KeptUnmatched = r.Whole("keep_unmatched", collect.KeptUnmatched, 4, 10_000, "segments"),
        };
        rules = rules with
        {
            MostBytes = memory,
            Segments = r.Whole("segments", rules.Segments, 3, 1000, "segments"),
            Nodes = r.Whole("nodes", rules.Nodes, 1, 1000, "nodes"),
            TuneFrames = r.Whole("tune_frames", rules.TuneFrames, 100, 100_000_000, "frames"),
            FirstAfter = r.Duration("first_after", rules.FirstAfter, TimeSpan.FromMinutes(1), 30 * day),
            FirstSegments = r.Whole("first_segments", rules.FirstSegments, rules.FewestForFirst, 100_000, "segments"),
            Every = r.Duration("every", rules.Every, TimeSpan.FromSeconds(1), 7 * day),
            ConfirmJobs = r.Whole("confirm_jobs", rules.ConfirmJobs, 1, 1000, "jobs"),
            ConfirmNodes = r.Whole("confirm_nodes", rules.ConfirmNodes, 1, 1000, "nodes"),
            MostAlarmed = r.Number("most_alarmed", rules.MostAlarmed, 0, 1),
        };
        if (collect.LeastFrames > collect.MostFrames)
            r.Problem("least_frames", $"{collect.LeastFrames}, more than learning.most_frames ({collect.MostFrames}): expected at most that");
        var options = new LearningOptions { Collect = collect, Rules = rules, Epochs = r.Whole("epochs", 30, 1, 10_000, "passes"), Width = r.Whole("width", 0, 0, 4096) };
        return enabled ? options : null;
    }

    /// <summary>On one thread, and the same each time.</summary>
    /// <param name="budget">How many alerts the site wants; null: nobody said.</param>
    public LearnOptions Learn(AlertBudget? budget = null)
    {
        var usual = new LearnOptions { Budget = budget };
        return usual with { Trainer = usual.Trainer with { Epochs = Epochs, Width = Width, Threads = 1 }, Patterns = usual.Patterns with { Threads = 1 } };
    }
}
