namespace Tocsin.Checkpointing.Learning;

/// <summary>What is believed before anything was seen. Each weighs as much as one observation.</summary>
/// <param name="NodeMtbfS">Five years: between what large machines publish (1 to 25).</param>
/// <param name="CheckpointS">C.</param>
/// <param name="CheckpointWorstS">Of a kind of job that was never seen to write one.</param>
/// <param name="RestartS">R.</param>
/// <param name="DownS">D.</param>
/// <param name="OutS">That a failed node is down: four hours.</param>
/// <param name="HalfLifeS">After it a failure that was seen, and the time that nodes were watched, weigh half: half a year.</param>
public sealed record Priors(
    double NodeMtbfS = 5 * 365.25 * 86_400, double CheckpointS = 300, double CheckpointWorstS = 3600, double RestartS = 300, double DownS = 600, double HalfLifeS = 182.5 * 86_400,
    double OutS = 4 * 3600);
