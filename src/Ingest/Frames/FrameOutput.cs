using Tocsin.Ingest.Catalogues;

namespace Tocsin.Ingest.Frames;

/// <summary>One output metric of a layout: a cell per device and term of its rule.</summary>
/// <param name="Order">The rule's place in the catalogue.</param>
/// <param name="FirstCell">Of its cells among all of the layout's; device after device.</param>
/// <param name="Devices">The values of the labels that tell devices apart, in the order in which they came. Hostile text.</param>
internal sealed record FrameOutput(MetricRule Rule, int Order, int FirstCell, IReadOnlyList<string> Devices)
{
    public int Cells => Devices.Count * Rule.Cells;

    public bool IsColumn => Rule.Aggregation != Aggregation.Spread || Devices.Count > 1;
}

/// <summary>Where a series' value goes.</summary>
/// <param name="Cell">Among all of the layout's cells.</param>
internal readonly record struct FrameTarget(int Cell, bool IsRate);
