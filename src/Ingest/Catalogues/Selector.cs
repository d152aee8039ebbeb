using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Catalogues;

/// <summary>Which series: by name and labels, each a list of globs. An absent label is the empty text.</summary>
internal sealed record Selector(IReadOnlyList<string> Names, IReadOnlyList<LabelTest> Labels)
{
    public bool IsMatch(SeriesId series) => Glob.IsMatchAny(Names, series.Name) && Labels.All(l => l.IsMatch(series));
}

internal sealed record LabelTest(string Label, bool Wanted, IReadOnlyList<string> Values)
{
    public bool IsMatch(SeriesId series) => Glob.IsMatchAny(Values, series.Label(Label) ?? "") == Wanted;
}
