using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Nodes;

public enum AlarmStep
{
    /// <summary>Nothing to say.</summary>
    None = 0,
    Begins,

    /// <summary>It lasts; time to say so again.</summary>
    Lasts,
    Ends,
}

/// <summary>From the alarms of single frames to a finding that begins, lasts and ends. Immutable.</summary>
/// <param name="Active">A finding is open.</param>
/// <param name="SinceMs">Its onset: the first of the frames that made it.</param>
/// <param name="Calm">Scored frames without an alarm since the last one with.</param>
/// <param name="Unsaid">Alarmed frames since it was said last.</param>
/// <param name="AboveMs">The frame before was above its threshold; its time, else null.</param>
public sealed record NodeAlarm(bool Active, long SinceMs, int Calm, int Unsaid, long? AboveMs)
{
    public static NodeAlarm Calmed { get; } = new(false, 0, 0, 0, null);

    /// <param name="muted">No finding may begin: the node is warming up.</param>
    public (NodeAlarm Next, AlarmStep Step) Push(FrameScore frame, bool muted, NodeOptions options)
    {
        if (float.IsNaN(frame.Score))
            return (this with { AboveMs = null }, AlarmStep.None);
        long? above = frame.Score > frame.Threshold ? frame.TimeMs : null;
        if (!Active)
        {
            // Two frames in a row make an alarm: it was the first of them that left the pattern.
            return frame.Alarm && !muted
                ? (new NodeAlarm(true, AboveMs ?? frame.TimeMs, 0, 0, above), AlarmStep.Begins)
                : (Calmed with { AboveMs = above }, AlarmStep.None);
        }
        if (frame.Alarm)
        {
            var due = Unsaid + 1 >= options.RepeatFrames;
            return (this with { Calm = 0, Unsaid = due ? 0 : Unsaid + 1, AboveMs = above }, due ? AlarmStep.Lasts : AlarmStep.None);
        }
        return Calm + 1 >= options.CalmFrames
            ? (Calmed with { AboveMs = above }, AlarmStep.Ends)
            : (this with { Calm = Calm + 1, AboveMs = above }, AlarmStep.None);
    }
}
