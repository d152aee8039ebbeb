using System.Text.Json;
using System.Text.Json.Serialization;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary>What a command printed, as numbers, for <c>--json FILE</c>: names in snake_case, full precision, and null for what cannot be said (JSON has no NaN).</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Converters = { new NaNAsNull<double>(), new NaNAsNull<float>() },
    };

    /// <summary>Refuses a file that cannot be, before the work whose figures it is for.</summary>
    /// <exception cref="DependencyException">A folder stands there, or there is no folder to stand in.</exception>
    public static void CheckTarget(string? path)
    {
        if (path is null)
            return;
        if (path.Length == 0 || Directory.Exists(path))
            throw new DependencyException($"figures '{path}' cannot be written: that is no name of a file; name another");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is var folder && !Directory.Exists(folder))
            throw new DependencyException($"figures '{path}' cannot be written: there is no folder '{folder}'; make it or name another file");
    }

    /// <exception cref="DependencyException">The disk refused.</exception>
    public static void Write(string? path, object figures, JsonSerializerOptions? options = null)
    {
        if (path is null)
            return;
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(figures, options ?? Options) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"figures '{path}' cannot be written: {e.Message}; name another file", e);
        }
    }

    private sealed class NaNAsNull<T> : JsonConverter<T>
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? T.NaN : T.CreateChecked(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (!T.IsFinite(value))
                writer.WriteNullValue();
            else if (value is float single)
                writer.WriteNumberValue(single);
            else
                writer.WriteNumberValue(double.CreateChecked(value));
        }
    }
}
