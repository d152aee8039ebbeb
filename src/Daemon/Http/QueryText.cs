using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http;

/// <summary>Reads the words of a query once, and collects what is wrong with them: unknown names, doubled ones, values out of range.</summary>
internal sealed class QueryText
{
    private readonly IQueryCollection _query;
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public QueryText(HttpContext context) => _query = context.Request.Query;

    public string? Text(string name, int most = 300)
    {
        _asked.Add(name);
        if (!_query.TryGetValue(name, out var values) || values is [] or [""])
            return null;
        if (values is [{ } text] && text.Length <= most && !text.Any(char.IsControl))
            return text;
        _problems.Add($"{name}: expected once, at most {most} characters");
        return null;
    }

    public T? Word<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Schema.Word(value) == text)
                return value;
        }
        _problems.Add($"{name}: '{OneLine.Of(text)}', expected one of {string.Join(", ", Enum.GetValues<T>().Select(v => Schema.Word(v)))}");
        return null;
    }

    /// <summary>Words with commas between them; empty where there are none.</summary>
    public IReadOnlyList<string> Words(string name, int most)
    {
        var words = (Text(name, 200 * most) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length <= most)
            return words;
        _problems.Add($"{name}: {words.Length} of them, expected at most {most}");
        return [];
    }

    public int Whole(string name, int fallback, int min, int max)
    {
        if (Text(name) is not { } text)
            return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        _problems.Add($"{name}: '{OneLine.Of(text)}', expected a whole number from {min} to {max}");
        return fallback;
    }

    public long? Long(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        _problems.Add($"{name}: '{OneLine.Of(text)}', expected a whole number");
        return null;
    }

    public bool? Flag(string name)
    {
        switch (Text(name))
        {
            case null: return null;
            case "true": return true;
            case "false": return false;
            case var other:
                _problems.Add($"{name}: '{OneLine.Of(other)}', expected true or false");
                return null;
        }
    }

    /// <summary>Unix seconds or ISO 8601, as unix milliseconds.</summary>
    public long? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        // A '+' of a zone that was not escaped comes as a space.
        if (EventTime.TryParse(text.Replace(' ', '+'), out var ms))
            return ms;
        _problems.Add($"{name}: '{OneLine.Of(text)}', expected unix seconds or ISO 8601, e.g. 2026-01-31T14:00:00Z");
        return null;
    }

    /// <summary><c>name@unix milliseconds</c>, as an answer's <c>next</c> has it.</summary>
    public (string Name, long Ms)? Cursor(string name)
    {
        if (Text(name, NodeKey.MaxLength * 2 + 30) is not { } text)
            return null;
        var at = text.LastIndexOf('@');
        if (at > 0 && long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
            return (text[..at], ms);
        _problems.Add($"{name}: '{OneLine.Of(text)}', expected the next of an answer");
        return null;
    }

    /// <param name="text"><c>NodeName</c> or <c>cluster/NodeName</c>.</param>
    public NodeKey Node(string name, string text, string cluster)
    {
        var slash = text.IndexOf('/');
        if (!(slash < 0 ? NodeKey.TryParse(cluster, text, out var key) : NodeKey.TryParse(text[..slash], text[(slash + 1)..], out key)))
            _problems.Add($"{name}: '{OneLine.Of(text)}', expected a node's name, or cluster/name");
        return key;
    }

    /// <summary>Null where all is well; else everything that is not, in one line.</summary>
    public string? Problem()
    {
        foreach (var name in _query.Keys.Where(k => !_asked.Contains(k)))
            _problems.Add($"{OneLine.Of(name)}: no such parameter; there are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}");
        return _problems.Count == 0 ? null : string.Join("; ", _problems);
    }

    public static ApiParameter Query(string name, string description, JsonObject schema, JsonNode example) => new(name, "query", description, schema, example);
}
