using System.Globalization;
using System.Text.RegularExpressions;
using Tocsin.Actors.Alerts.Words;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Rules;

/// <summary>Reads a file of rules; the format stands at the head of <c>deploy/rules.yaml</c>.</summary>
public static partial class RuleFile
{
    private const int MaxRules = 1000;
    private const int MaxSays = 300;
    private const int MaxCodes = 1000;

    private static readonly string[] Keys =
        ["name", "metric", "above", "below", "increase", "gained", "lost", "changed_to", "within", "for", "severity", "kind", "says", "unlisted"];

    private static readonly string[] Conditions = ["above", "below", "increase", "gained", "lost", "changed_to"];

    private static readonly string[] Places = ["value", "was", "window", "meaning", "device"];

    private static readonly TimeSpan MostTime = TimeSpan.FromDays(7);

    /// <summary>The rules that come with the product.</summary>
    public static string DefaultText { get; } = LoadDefault();

    /// <param name="metrics">The catalogue's, by name; null = names are not checked.</param>
    /// <exception cref="BadDataException">One line: the file, the line, the rule, the value, and what may stand there.</exception>
    public static (RuleSet Rules, IReadOnlyList<string> Disabled) Parse(string text, string fileName, IReadOnlyDictionary<string, Metric>? metrics)
    {
        try
        {
            return Document(YamlNode.Parse(text), metrics);
        }
        catch (BadDataException e)
        {
            throw new BadDataException($"{fileName}: {e.Message}", e);
        }
    }

    /// <summary>The product's rules and over them the site's.</summary>
    /// <param name="ownText">Null = none.</param>
    /// <exception cref="BadDataException">As above; or a rule is disabled that is none.</exception>
    public static RuleSet Load(string? ownText, string ownName, IReadOnlyDictionary<string, Metric>? metrics)
    {
        var ours = Parse(DefaultText, "rules.yaml", metrics).Rules;
        if (ownText is null)
            return ours;
        var (own, disabled) = Parse(ownText, ownName, metrics);
        var names = ours.Rules.Concat(own.Rules).Select(r => r.Name).ToList();
        foreach (var name in disabled.Where(d => !names.Contains(d)))
            throw new BadDataException($"{ownName}: disable: no rule '{OneLine.Of(name, 60)}'; {Nearest(name, names)}");
        return ours.With(own, disabled);
    }

    private static (RuleSet, IReadOnlyList<string>) Document(YamlNode root, IReadOnlyDictionary<string, Metric>? metrics)
    {
        var map = AsMap(root, "the file", ["version", "rules", "disable"]);
        if (Text(map, "version", "the file") is var version && version != "1")
            throw new BadDataException($"version: '{OneLine.Of(version, 20)}' is not 1, the only one so far");
        var rules = new List<Rule>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in Items(map, "rules", MaxRules))
        {
            var rule = One(item, metrics);
            if (!names.Add(rule.Name))
                throw new BadDataException($"line {item.Line}: rule '{rule.Name}' stands twice");
            rules.Add(rule);
        }
        var disabled = Items(map, "disable", MaxRules)
            .Select(i => i is YamlNode.Value v ? v.Text : throw new BadDataException($"line {i.Line}: disable: names of rules, one an item")).ToList();
        return (new RuleSet(rules), disabled);
    }

    private static Rule One(YamlNode item, IReadOnlyDictionary<string, Metric>? metrics)
    {
        var map = AsMap(item, "a rule", Keys);
        var name = Text(map, "name", "a rule");
        if (name.Length > 64 || !RuleName().IsMatch(name))
            throw new BadDataException($"line {map.Line}: name: '{OneLine.Of(name, 60)}' is no name: lower-case letters and digits joined by '-', at most 64");
        var where = $"rule '{name}'";
        var metric = Metric(map, where, metrics);
        var says = Text(map, "says", where);
        if (says.Length is 0 or > MaxSays || OneLine.Of(says, MaxSays) != says)
            throw new BadDataException($"line {map.Line}: {where}: says: one line of 1 to {MaxSays} characters");
        foreach (Match place in Place().Matches(says))
        {
            if (!Places.Contains(place.Groups[1].Value))
                throw new BadDataException($"line {map.Line}: {where}: says: no place '{{{OneLine.Of(place.Groups[1].Value, 40)}}}'; {Nearest(place.Groups[1].Value, Places)}");
        }
        return new Rule(
            name, metric, Condition(map, where, metrics?.GetValueOrDefault(metric)),
            Duration(map, "for", where) ?? TimeSpan.Zero,
            Word<Severity>(map, "severity", where), Word<FaultKind>(map, "kind", where), says);
    }

    private static string Metric(YamlNode.Map map, string where, IReadOnlyDictionary<string, Metric>? metrics)
    {
        var metric = Text(map, "metric", where);
        if (!MetricName().IsMatch(metric))
            throw new BadDataException($"line {map.Line}: {where}: metric: '{OneLine.Of(metric, 60)}' is no name of a metric");
        var unlisted = map.Entries.ContainsKey("unlisted")
            && (Text(map, "unlisted", where) is "true" ? true : throw new BadDataException($"line {map.Line}: {where}: unlisted: true, or leave it out"));
        if (metrics is not null && !unlisted && !metrics.ContainsKey(metric))
            throw new BadDataException($"line {map.Line}: {where}: metric: the catalogue has no '{metric}'; {Nearest(metric, metrics.Keys)}, or add 'unlisted: true'");
        return metric;
    }

    private static RuleCondition Condition(YamlNode.Map map, string where, Metric? metric)
    {
        var given = Conditions.Where(map.Entries.ContainsKey).ToList();
        if (given.Count != 1)
            throw new BadDataException($"line {map.Line}: {where}: {(given.Count == 0 ? "no condition" : string.Join(" and ", given))}: exactly one of {string.Join(", ", Conditions)}");
        var timed = given[0] is "increase" or "changed_to";
        var within = Duration(map, "within", where);
        if (timed != within.HasValue || within == TimeSpan.Zero)
            throw new BadDataException($"line {map.Line}: {where}: within: {(timed ? "how long it counts, over 0 s" : $"does not go with '{given[0]}'")}");
        if (given[0] == "increase" && metric is { Kind: not MetricKind.Rate })
            throw new BadDataException($"line {map.Line}: {where}: increase: '{metric.Name}' is no rate; use gained");
        return given[0] switch
        {
            "above" => new RuleCondition.Above(Number(map, "above", where)),
            "below" => new RuleCondition.Below(Number(map, "below", where)),
            "increase" => new RuleCondition.Increase(Positive(map, "increase", where), within!.Value),
            "gained" => new RuleCondition.Gained(Positive(map, "gained", where)),
            "lost" => new RuleCondition.Lost(Positive(map, "lost", where)),
            _ => new RuleCondition.ChangedTo(Codes(map, where), within!.Value),
        };
    }

    private static IReadOnlyDictionary<long, string> Codes(YamlNode.Map map, string where)
    {
        var codes = new SortedDictionary<long, string>();
        if (map.Entries["changed_to"] is not YamlNode.Map { Entries.Count: > 0 and <= MaxCodes } list)
            throw new BadDataException($"line {map.Line}: {where}: changed_to: 1 to {MaxCodes} lines of 'code: meaning'");
        foreach (var (code, meaning) in list.Entries)
        {
            if (!long.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || meaning is not YamlNode.Value { Text: { Length: > 0 and <= 120 } text }
                || OneLine.Of(text, 120) != text || !codes.TryAdd(number, text))
                throw new BadDataException($"line {meaning.Line}: {where}: changed_to: '{OneLine.Of(code, 40)}': a whole number and its meaning in 1 to 120 characters, once");
        }
        return codes;
    }

    private static YamlNode.Map AsMap(YamlNode node, string what, IReadOnlyCollection<string> keys)
    {
        if (node is not YamlNode.Map map)
            throw new BadDataException($"line {node.Line}: {what} is no mapping of {string.Join(", ", keys)}");
        foreach (var (key, value) in map.Entries)
        {
            if (!keys.Contains(key))
                throw new BadDataException($"line {value.Line}: {what} has no key '{OneLine.Of(key, 60)}'; {Nearest(key, keys)}");
        }
        return map;
    }

    private static IReadOnlyList<YamlNode> Items(YamlNode.Map map, string key, int most) => map.Entries.GetValueOrDefault(key) switch
    {
        null => [],
        YamlNode.List list when list.Items.Count <= most => list.Items,
        YamlNode.Value { Text: "" } => [],
        var other => throw new BadDataException($"line {other.Line}: {key}: a list of at most {most} items"),
    };

    private static string Text(YamlNode.Map map, string key, string where) => map.Entries.GetValueOrDefault(key) is YamlNode.Value value
        ? value.Text
        : throw new BadDataException($"line {map.Line}: {where}: {key} is missing, or no plain value");

    private static double Number(YamlNode.Map map, string key, string where) =>
        Text(map, key, where) is var text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new BadDataException($"line {map.Line}: {where}: {key}: '{OneLine.Of(text, 40)}' is no number");

    private static double Positive(YamlNode.Map map, string key, string where) =>
        Number(map, key, where) is > 0 and var number ? number : throw new BadDataException($"line {map.Line}: {where}: {key}: a number over 0");

    private static TimeSpan? Duration(YamlNode.Map map, string key, string where)
    {
        if (!map.Entries.ContainsKey(key))
            return null;
        var text = Text(map, key, where);
        return DurationText.TryParse(text, out var duration) && duration <= MostTime
            ? duration
            : throw new BadDataException($"line {map.Line}: {where}: {key}: '{OneLine.Of(text, 40)}' is no duration from 0 s to 7 d, such as 30s, 5m, 1h");
    }

    private static T Word<T>(YamlNode.Map map, string key, string where) where T : struct, Enum
    {
        var text = Text(map, key, where);
        var words = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        return words.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new BadDataException($"line {map.Line}: {where}: {key}: '{OneLine.Of(text, 40)}' is none of {string.Join(", ", words)}");
    }

    private static string Nearest(string word, IEnumerable<string> known) => Spelling.Nearest(word, known);

    private static string LoadDefault()
    {
        using var stream = typeof(RuleFile).Assembly.GetManifestResourceStream("rules.yaml")
            ?? throw new InvalidOperationException("the assembly holds no resource 'rules.yaml'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex RuleName();

    [GeneratedRegex(@"^[A-Za-z_:][A-Za-z0-9_:]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\{([^{}]*)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
