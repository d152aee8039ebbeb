using System.Text.Json;
using Tocsin.Ingest.Prometheus;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Backfill;

/// <summary>One series of an answer.</summary>
/// <param name="Points">Unix milliseconds and value, in the order of the answer.</param>
internal sealed record QuerySeries(SeriesId Series, List<(long TimeMs, double Value)> Points);

/// <summary>Reads the JSON of Prometheus' query API.</summary>
internal static class QueryAnswer
{
    private const int MaxDepth = 16;

    /// <summary>The series of an instant (<c>vector</c>) or range (<c>matrix</c>) query.</summary>
    /// <exception cref="DependencyException">It is no such answer.</exception>
    public static List<QuerySeries> Series(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            return Result(ref reader, "result") ? Read(ref reader) : throw new FormatException("no result");
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Foreign(e);
        }
    }

    /// <summary>The texts of a <c>label/.../values</c> query.</summary>
    /// <exception cref="DependencyException">It is no such answer.</exception>
    public static List<string> Texts(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            var texts = new List<string>();
            if (!Result(ref reader, "data"))
                throw new FormatException("no data");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                texts.Add(reader.GetString()!);
            return texts;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Foreign(e);
        }
    }

    /// <summary>To the array under the name, at the top or within <c>data</c>.</summary>
    private static bool Result(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            var found = reader.ValueTextEquals(name);
            var inside = reader.ValueTextEquals("data");
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.StartArray)
                return true;
            if (!inside)
                reader.Skip();
        }
        return false;
    }

    private static List<QuerySeries> Read(ref Utf8JsonReader reader)
    {
        var all = new List<QuerySeries>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            SeriesId? series = null;
            var points = new List<(long, double)>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var metric = reader.ValueTextEquals("metric");
                var (value, values) = (reader.ValueTextEquals("value"), reader.ValueTextEquals("values"));
                reader.Read();
                if (metric)
                    series = Metric(ref reader);
                else if (value)
                    points.Add(Point(ref reader));
                else if (values)
                {
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                        points.Add(Point(ref reader));
                }
                else
                    reader.Skip();
            }
            all.Add(new QuerySeries(series ?? throw new FormatException("series without a metric"), points));
        }
        return all;
    }

    private static SeriesId Metric(ref Utf8JsonReader reader)
    {
        var labels = new List<KeyValuePair<string, string>>();
        var name = "";
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            reader.Read();
            var value = reader.GetString()!;
            if (key == "__name__")
                name = value;
            else
                labels.Add(new(key, value));
        }
        labels.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new SeriesId(name, labels.ToArray());
    }

    /// <summary><c>[1700000000.123, "1.5"]</c>.</summary>
    private static (long, double) Point(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read())
            throw new FormatException("a point is no pair");
        var time = (long)Math.Round(reader.GetDouble() * 1000);
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || !NumberText.TryParse(reader.ValueSpan, out var value))
            throw new FormatException("a point's value is no number in quotes");
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            throw new FormatException("a point is no pair");
        return (time, value);
    }

    private static DependencyException Foreign(Exception e) => new($"the answer is none of Prometheus' query API ({e.Message.Split('\n')[0]}); is the address what stands before /api/v1?", e);
}
