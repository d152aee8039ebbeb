namespace Tocsin.Actors.Alerts.Peers;

/// <summary>This node against the others of its job, now. Works from the first minute on: nothing is learned.</summary>
public sealed record PeerOptions
{
    /// <summary>Under it the middle of the others says little. 4 to 64.</summary>
    public int LeastNodes { get; init; } = 4;

    /// <summary>Mean of the three largest deviations, each in robust standard deviations of the nodes and cut at <see cref="Most"/>. On 90 metrics of
    /// Gaussian noise, however slow, the highest score in 800 frames was 5.2; of Student noise with three degrees of freedom, 99.9 % of the frames lie
    /// under 5 to 11. 3 to 29.</summary>
    public double Threshold { get; init; } = 8;

    /// <summary>One metric that runs away counts for so many standard deviations, so that alone it makes a third of it. 10 to 100.</summary>
    public double Most { get; init; } = 30;

    /// <summary>A difference under this share of the middle is none, however equal the nodes are. 0 to 1.</summary>
    public double Share { get; init; } = 0.05;

    /// <summary>The first node of a job also runs its batch script and its rank 0: its threshold is so much higher. 1 to 10.</summary>
    public double HeadFactor { get; init; } = 2;

    /// <summary>Frames that a finding takes out of how many. 1 to 32.</summary>
    public int Frames { get; init; } = 4;

    public int OfFrames { get; init; } = 5;

    /// <summary>Over so many frames the spread between the nodes is remembered: at four nodes one frame's is mostly chance. 1 to 1000.</summary>
    public int Memory { get; init; } = 20;

    /// <summary>How far apart in time the nodes' frames may be. 1 s to 10 min.</summary>
    public TimeSpan Apart { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Metrics that differ between sound nodes by where they stand in the room or by what they did before.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = ["temperature_", "thermal_", "fan_", "fs_", "files_", "gpu_temperature"];
}
