namespace Tocsin.Actors.Nodes;

/// <summary>Some of the first frames of a node's open segment, stored apart from its row.</summary>
/// <param name="Number">Of the <see cref="Persistence.ShardPart"/>.</param>
internal readonly record struct HeadPart(long Number, int Frames);
