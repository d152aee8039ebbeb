using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tocsin.Unit.Serve;

/// <summary>Holds a value against a JSON Schema, as far as the API's schemas go; a keyword that it does not know is an error.</summary>
internal static class JsonShape
{
    public static IEnumerable<string> Check(JsonNode? value, JsonObject schema, JsonObject? document = null, string at = "$")
    {
        foreach (var (keyword, _) in schema)
        {
            if (keyword is not ("type" or "description" or "format" or "enum" or "items" or "properties" or "required" or "additionalProperties" or "$ref"))
                yield return $"{at}: keyword {keyword} is not known to the test";
        }
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            var to = reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)document, (node, part) => node?[part]);
            foreach (var problem in to is JsonObject found ? Check(value, found, document, at) : [$"{at}: {reference} leads nowhere"])
                yield return problem;
            yield break;
        }
        var types = schema["type"] is JsonArray several ? several.Select(t => t!.GetValue<string>()).ToArray() : [schema["type"]!.GetValue<string>()];
        if (!types.Any(t => Is(value, t)))
        {
            yield return $"{at}: {value?.ToJsonString() ?? "null"} is no {string.Join(" or ", types)}";
            yield break;
        }
        if (schema["enum"] is JsonArray words && !words.Any(w => JsonNode.DeepEquals(w, value)))
            yield return $"{at}: {value?.ToJsonString() ?? "null"} is not among {words.ToJsonString()}";
        if (value is not null && schema["format"]?.GetValue<string>() == "date-time" && !DateTimeOffset.TryParse(value.GetValue<string>(), out _))
            yield return $"{at}: {value} is no time";
        if (value is JsonArray list && schema["items"] is JsonObject items)
        {
            foreach (var problem in list.SelectMany((v, i) => Check(v, items, document, $"{at}[{i}]")))
                yield return problem;
        }
        if (value is not JsonObject members)
            yield break;
        var known = schema["properties"]?.AsObject() ?? [];
        foreach (var name in schema["required"]?.AsArray().Select(n => n!.GetValue<string>()) ?? [])
        {
            if (!members.ContainsKey(name))
                yield return $"{at}.{name}: missing";
        }
        foreach (var (name, member) in members)
        {
            if (known[name] is JsonObject its)
            {
                foreach (var problem in Check(member, its, document, $"{at}.{name}"))
                    yield return problem;
            }
            else if (schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False)
                yield return $"{at}.{name}: not in the schema";
        }
    }

    private static bool Is(JsonNode? value, string type) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => type == "null",
        JsonValueKind.String => type == "string",
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        _ => type == "number" || (type == "integer" && value.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-')),
    };
}
