using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tocsin.Inference.Libraries;

/// <summary>Writes arrays of numbers as sections of their own and leaves their names in the manifest; reads them back.</summary>
internal sealed class ArraySections(Dictionary<string, byte[]> sections)
{
    private int _next;

    public JsonSerializerOptions Options() => new()
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new Converter<float>(this), new Converter<double>(this), new Converter<int>(this) },
    };

    private string Put(byte[] bytes)
    {
        var name = $"array{_next++:D6}";
        sections.Add(name, bytes);
        return name;
    }

    private byte[] Take(string? name) =>
        name is not null && sections.TryGetValue(name, out var bytes) ? bytes : throw new FormatException($"the manifest names an array '{name}' that is not there");

    private sealed class Converter<T>(ArraySections owner) : JsonConverter<T[]> where T : unmanaged
    {
        public override T[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Blob.To<T>(owner.Take(reader.GetString()));

        public override void Write(Utf8JsonWriter writer, T[] value, JsonSerializerOptions options) => writer.WriteStringValue(owner.Put(Blob.Of<T>(value)));
    }
}
