using System.Text.Json.Serialization;
using Tocsin.Inference.Faults;

namespace Tocsin.Actors.Faults.Labels;

/// <summary>How a label came. Stored by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelOrigin>))]
public enum LabelOrigin
{
    /// <summary>The scheduler's word on a node: down or drained, with a reason.</summary>
    Scheduler,

    /// <summary>A rule of the rule file for what is never right.</summary>
    Rule,

    /// <summary>A person: a verdict on an alert, or a label on a stretch of a node's time.</summary>
    Operator,
}

/// <summary>What is known of a stretch of one node's time. Known by <paramref name="Key"/>: the same again replaces what was said before. Times are unix milliseconds.</summary>
/// <param name="Key">Origin and what it is of, e.g. <c>rule link-down hpc-17 cn0421</c>.</param>
/// <param name="Fault">The class; <see cref="FaultClass.None"/>: it was healthy; null: there was a fault, or may have been, and of what class is not known. That is not healthy and no label.</param>
/// <param name="UntilMs">Exclusive; null: it lasts.</param>
/// <param name="KnownMs">When it was first heard.</param>
/// <param name="Who">The rule's name, the token's name of a person, or the scheduler.</param>
/// <param name="Words">As it came. Hostile text, cut.</param>
/// <param name="Undone">Taken back: it says nothing any more.</param>
public sealed record LabelRecord(
    string Key, string Cluster, string Node, LabelOrigin Origin, FaultClass? Fault, long FromMs, long? UntilMs, long KnownMs, string Who, string Words, bool Undone = false)
{
    /// <summary>Characters of <see cref="Words"/> and <see cref="Who"/>.</summary>
    public const int MaxText = 256;

    /// <summary>Whether it says anything of a stretch of time.</summary>
    public bool Touches(long fromMs, long untilMs) => !Undone && FromMs < untilMs && (UntilMs is not { } end || end > fromMs);

    public LabelRecord Cut() => this with { Who = Cut(Who), Words = Cut(Words) };

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
