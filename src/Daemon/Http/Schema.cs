using System.Text.Json.Nodes;

namespace Tocsin.Daemon.Http;

/// <summary>JSON Schema 2020-12, as far as the API needs it.</summary>
internal static class Schema
{
    public static JsonObject Text(string description = "") => Of("string", description);

    public static JsonObject Flag(string description = "") => Of("boolean", description);

    public static JsonObject Whole(string description = "") => Of("integer", description);

    public static JsonObject Number(string description = "") => Of("number", description);

    public static JsonObject Time(string description = "")
    {
        var schema = Of("string", description);
        schema["format"] = "date-time";
        return schema;
    }

    public static JsonObject OneOf(string description, params IEnumerable<string> words)
    {
        var schema = Of("string", description);
        schema["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]);
        return schema;
    }

    public static JsonObject Words<T>(string description = "")
        where T : struct, Enum => OneOf(description, Enum.GetValues<T>().Select(v => Word(v)));

    public static JsonObject List(JsonObject of, string description = "")
    {
        var schema = Of("array", description);
        schema["items"] = of;
        return schema;
    }

    /// <summary>Every property is there in every answer, but those whose name ends with '?'; one that may be missing a value is <see cref="OrNull"/>.</summary>
    public static JsonObject Object(params (string Name, JsonObject Of)[] properties)
    {
        var schema = Of("object", "");
        var each = new JsonObject();
        foreach (var (name, of) in properties)
            each[name.TrimEnd('?')] = of;
        schema["properties"] = each;
        schema["required"] = new JsonArray([.. properties.Where(p => !p.Name.EndsWith('?')).Select(p => (JsonNode)p.Name)]);
        schema["additionalProperties"] = false;
        return schema;
    }

    public static JsonObject OrNull(JsonObject schema)
    {
        if (schema["enum"] is JsonArray words)
            words.Add(null);
        schema["type"] = new JsonArray(schema["type"]!.GetValue<string>(), "null");
        return schema;
    }

    public static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static JsonObject Of(string type, string description)
    {
        var schema = new JsonObject { ["type"] = type };
        if (description.Length > 0)
            schema["description"] = description;
        return schema;
    }
}
