using Tocsin.Shared;

namespace Tocsin.Actors.Log;

/// <summary>The log could not be opened because of damage that no crash explains.</summary>
public sealed class LogCorruptException(LogCorrupt damage) : DependencyException(damage.Message)
{
    public LogCorrupt Damage { get; } = damage;
}
