namespace Tocsin.Inference.Features;

/// <summary>Features that are computed together. Holds its own scratch, so one instance serves one thread.</summary>
internal abstract class Family(string name)
{
    public string Name { get; } = name;

    /// <summary>Called when the length changes: tables that depend on it alone.</summary>
    public virtual void Prepare(int frames)
    {
    }

    /// <summary>Writes this family's slots of <see cref="LaneBlock.Features"/>.</summary>
    public abstract void Compute(LaneBlock block);
}
