namespace Tocsin.Actors.Runtime;

/// <summary>A closed set: each kind has its own bounded rate in the log.</summary>
public enum ActorEventKind
{
    DeadLetter,
    Unhandled,
    Failed,
    HookFailed,
    Stuck,
}

/// <summary>What the kernel has to say to a human.</summary>
/// <param name="Path">Of the actor that it is about.</param>
/// <param name="Withheld">How many of this kind were not told since the last one, to keep the rate.</param>
public sealed record ActorEvent(ActorEventKind Kind, string Path, string Text, Exception? Cause = null, long Withheld = 0);
