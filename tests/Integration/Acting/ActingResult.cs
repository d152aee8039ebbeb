using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tocsin.Integration.Acting;

/// <summary>One fault, with Tocsin or without.</summary>
/// <param name="Phase">Seconds since the job's own last checkpoint.</param>
/// <param name="Seconds">From the fault until: alert, asked, written, drained, requeued, returned. What did not happen is missing.</param>
internal sealed record ActingResult(string Job, bool WithTocsin, int Run, string Node, double Phase, double Redone, double Lost, double BackAfter, IReadOnlyDictionary<string, double> Seconds)
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static void Write(string file, IReadOnlyList<ActingResult> results) => File.WriteAllText(file, JsonSerializer.Serialize(results, Options));

    /// <summary>Means over the runs of one job.</summary>
    public static string Summary(IReadOnlyList<ActingResult> results) => FormattableString.Invariant(
        $"{results[0].Job} {(results[0].WithTocsin ? "with" : "without")}: {results.Count} runs; redone {results.Average(r => r.Redone):F1} node-s ({results.Min(r => r.Redone):F1} to {results.Max(r => r.Redone):F1}), lost {results.Average(r => r.Lost):F1} ({results.Min(r => r.Lost):F1} to {results.Max(r => r.Lost):F1}), works again after {results.Average(r => r.BackAfter):F1} s")
        + string.Concat(results.SelectMany(r => r.Seconds.Keys).Distinct().Select(k => FormattableString.Invariant($"; {k} {results.Where(r => r.Seconds.ContainsKey(k)).Average(r => r.Seconds[k]):F1} s ({results.Count(r => r.Seconds.ContainsKey(k))})")));
}
