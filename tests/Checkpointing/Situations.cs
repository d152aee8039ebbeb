using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.CheckpointingTests;

/// <summary>A job of 4 nodes that has computed for an hour since its start at second 0, in seconds.</summary>
internal static class Situations
{
    public static readonly NodeKey Suspect = new("c", "n001");

    public static readonly NodeKey Spare = new("c", "n900");

    public static readonly JobCosts Costs = new(CheckpointS: 60, CheckpointHighS: 60, CheckpointWorstS: 90, RestartS: 120, DownS: 600, MoveS: 120);

    public static JobSituation At(double nowS, double savedS = 0, params NodePrediction[] predictions) => new()
    {
        Job = new JobIdentity("12", 0, 0),
        NowMs = (long)(nowS * 1000),
        Nodes = 4,
        RunningSinceMs = 0,
        SavedMs = (long)(savedS * 1000),
        Predictions = predictions,
        Target = Spare,
        CanCheckpoint = true,
        CanMigrate = true,
    };

    public static NodePrediction Expected(double fromS, double? untilS = null, double issuedS = 0, double confidence = 0.9) =>
        new(1, Suspect, (long)(issuedS * 1000), (long)(fromS * 1000), (long)((untilS ?? fromS) * 1000), confidence);

    /// <param name="jobMtbfS">Of the job of 4.</param>
    public static Told Told(double jobMtbfS, double recall = 0, double precision = 1, double leadS = 1e9) =>
        new(1 / (4 * jobMtbfS), _ => Costs, recall, precision, leadS);
}
