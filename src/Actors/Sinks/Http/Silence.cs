using System.Text.RegularExpressions;

namespace Tocsin.Actors.Sinks.Http;

/// <summary>One matcher of a silence; a label that is not there is the empty text.</summary>
internal sealed record SilenceMatcher(string Label, string Value, Regex? Pattern, bool Equal)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(Label, "");
        return (Pattern?.IsMatch(value) ?? value == Value) == Equal;
    }
}

/// <summary>Holds for alerts that all of its matchers match, until its end.</summary>
internal sealed record Silence(string Id, IReadOnlyList<SilenceMatcher> Matchers, DateTimeOffset Starts, DateTimeOffset Ends)
{
    public bool Covers(IReadOnlyDictionary<string, string> labels, DateTimeOffset now) =>
        Starts <= now && now < Ends && Matchers.Count > 0 && Matchers.All(m => m.Matches(labels));
}
