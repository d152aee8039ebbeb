namespace Tocsin.Inference.Patterns;

/// <summary>A group of similar segments.</summary>
/// <param name="Name">The most common JobName among the members (or "idle"), numbered where it repeats. A label: nothing depends on it.</param>
/// <param name="Members">Indices of the training segments, rising.</param>
/// <param name="Frames">Of all members together.</param>
/// <param name="Small">Fewer members than a pattern should have, and like no other pattern.</param>
/// <param name="Provisional">Learned while running and not confirmed yet: what it fits is scored by it and raises no alarm.</param>
/// <param name="Into">Not null: an operator said that what lies near it is that pattern. It is a further centre of that one, and nothing is matched to it itself.</param>
public sealed record Pattern(string Name, bool Idle, int[] Members, int Frames, bool Small, bool Provisional = false, int? Into = null);

/// <summary>What patterns look like after so many frames; plain arrays, for the library file.</summary>
/// <param name="HeadFrames">0 = whole segments.</param>
/// <param name="Centroids">Patterns x dimensions, row-major.</param>
/// <param name="Radii">Per pattern, in the space's distance; above 0.</param>
/// <param name="Temperature">Of the squared distances (in radii) when they become a confidence; above 0.</param>
/// <param name="Doubt">Share of belief that no distance takes away, 0..1: spread over all patterns of the kind.</param>
public sealed record HeadLevelState(int HeadFrames, float[] Centroids, float[] Radii, float Temperature, float Doubt);

/// <summary>How often a name ran as a pattern.</summary>
/// <param name="Counts">Names x patterns, row-major.</param>
/// <param name="Reach">Radii within which a segment is matched to the pattern that its name stands for; at least 1.</param>
public sealed record NamePriorState(string[] Names, int[] Counts, float Weight, float Smoothing, float Reach = 1);

/// <summary>Everything that matching needs.</summary>
/// <param name="Space">One for segments and heads of all lengths: that in which patterns were made.</param>
/// <param name="Levels">By rising head length; whole segments last.</param>
/// <param name="TooShort">Training segments that had fewer frames than the shortest head and belong to no pattern.</param>
/// <param name="Silhouettes">Mean silhouette of the job segments by number of patterns, for the report; NaN where not computed.</param>
public sealed record PatternSetState(
    Pattern[] Patterns, FeatureSpaceState Space, HeadLevelState[] Levels, NamePriorState JobNames, NamePriorState Users, int[] TooShort, double[] Silhouettes, double[] IdleSilhouettes);
