using System.Collections.Concurrent;
using Tocsin.Inference.Models;
using Tocsin.Inference.Scoring;
using Tocsin.Shared;

namespace Tocsin.Inference.Learning;

/// <summary>A library made ready for scoring: its models packed and its bands built, once for all nodes. Any number of threads may use it.</summary>
public sealed class ScoringLibrary
{
    private readonly ConcurrentDictionary<MetricSchema, int[]> _columns = new(ReferenceEqualityComparer.Instance);
    private readonly PatternJudge _pooled;
    private readonly PatternJudge[] _judges;

    public ScoringLibrary(PatternLibrary library)
    {
        Library = library;
        Names = [.. library.Plan.Metrics.Select(m => m.Name)];
        Identity = [.. Enumerable.Range(0, library.Plan.Count)];
        var packed = new Dictionary<ReconstructionModel, PackedModel>(ReferenceEqualityComparer.Instance);
        var bands = new Dictionary<EnvelopeState, Envelope>(ReferenceEqualityComparer.Instance);
        var ordinal = 0;
        // What no pattern judges is on the scale of all patterns.
        _pooled = Judge(library.Pooled, library.Calibration.Pooled);
        _judges = [.. library.Models.Select((m, p) => Judge(m, library.Calibration.For(p)))];

        PatternJudge Judge(PatternModel model, TailModel tail)
        {
            if (!packed.TryGetValue(model.Model, out var weights))
                packed[model.Model] = weights = new PackedModel(model.Model);
            return new PatternJudge(ordinal++, model, weights, Band(model.Values), Band(model.Residuals), tail);
        }

        Envelope Band(EnvelopeState state) =>
            bands.TryGetValue(state, out var band) ? band : bands[state] = new Envelope(library.Envelope, library.Plan.Count, state);
    }

    public PatternLibrary Library { get; }

    public int Metrics => Library.Plan.Count;

    internal string[] Names { get; }

    /// <summary>The columns of a row that stands in the plan's order already.</summary>
    internal int[] Identity { get; }

    /// <summary>For each metric of the plan the column of a schema, -1 where it is absent.</summary>
    /// <exception cref="LibraryRefusedException">Fewer than half of the metrics are there.</exception>
    public int[] Columns(MetricSchema schema)
    {
        if (_columns.TryGetValue(schema, out var known))
            return known;
        var columns = Library.Plan.MapColumns(schema);
        // Schemas are pooled, so there are few; were they not, memory must not follow them.
        if (_columns.Count >= MostSchemas)
            _columns.Clear();
        return _columns[schema] = columns;
    }

    /// <summary>A frame's values in the plan's order, NaN = missing.</summary>
    public static void Select(ReadOnlySpan<float> row, ReadOnlySpan<int> columns, Span<float> selected)
    {
        for (var m = 0; m < columns.Length; m++)
            selected[m] = columns[m] < 0 ? float.NaN : row[columns[m]];
    }

    /// <param name="pattern">Outside of the patterns: what judges segments like none.</param>
    internal PatternJudge JudgeOf(int pattern) => pattern >= 0 && pattern < _judges.Length ? _judges[pattern] : _pooled;

    private const int MostSchemas = 4096;
}

/// <summary>All that a frame of one pattern is judged by.</summary>
/// <param name="Ordinal">Of the judges of one library.</param>
internal sealed record PatternJudge(int Ordinal, PatternModel Model, PackedModel Packed, Envelope Values, Envelope Residuals, TailModel Tail);
