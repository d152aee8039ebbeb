using System.Text.Json;
using System.Text.Json.Serialization;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary>Figures as JSON: names in snake_case, full precision, and null for what cannot be said (JSON has no NaN).</summary>
internal static class EvalJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Converters = { new NaNAsNull() },
    };

    /// <exception cref="DependencyException">The disk refused.</exception>
    public static void Write(string? path, object figures)
    {
        if (path is null)
            return;
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(figures, Options) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"figures '{path}' cannot be written: {e.Message}; name another file", e);
        }
    }

    private sealed class NaNAsNull : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
