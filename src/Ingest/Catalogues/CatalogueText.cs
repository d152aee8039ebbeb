using System.Globalization;
using System.Text.RegularExpressions;
using Tocsin.Shared;

namespace Tocsin.Ingest.Catalogues;

/// <summary>Reads a catalogue file; see docs/CATALOGUE.md.</summary>
internal static partial class CatalogueText
{
    private const int MaxRules = 10_000;

    public static Catalogue Parse(string text, string fileName)
    {
        var rules = new List<MetricRule>();
        var drops = new List<Selector>();
        var missing = new List<MissingRule>();
        var sets = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = RestRule.Off;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            try
            {
                var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                switch (words[0])
                {
                    case "set" when words.Length == 3:
                        sets[words[1]] = words[2];
                        break;
                    case "drop" when words.Length == 2:
                        drops.Add(Selector(words[1], sets));
                        break;
                    case "missing" when words.Length == 3:
                        missing.Add(new MissingRule(Selector(words[1], sets), words[2].Split(',').Select(Range).ToArray()));
                        break;
                    case "rest" when words.Length == 3:
                        rest = new RestRule(Number(words[1], 0, 100_000), words[2].Split('|'));
                        break;
                    case "metric":
                        var rule = Rule(words, sets);
                        if (!names.Add(rule.Metric.Name))
                            throw new FormatException($"metric '{rule.Metric.Name}' stands twice");
                        if (rules.Count == MaxRules)
                            throw new FormatException($"more than {MaxRules} metrics");
                        rules.Add(rule);
                        break;
                    default:
                        throw new FormatException($"'{words[0]}' with {words.Length - 1} words after it is no line of a catalogue");
                }
            }
            catch (FormatException e)
            {
                throw new BadDataException($"{fileName}, line {number}: {e.Message}; the format is in docs/CATALOGUE.md", e);
            }
        }
        return new Catalogue(text, rules, drops, missing, rest);
    }

    /// <summary><c>metric NAME KIND UNIT FLOOR = AGG [by LABEL[,LABEL]...] of TERM [(+|-) TERM]... [/ TERM [(+|-) TERM]...]</c>.</summary>
    private static MetricRule Rule(string[] words, Dictionary<string, string> sets)
    {
        if (words.Length < 9 || words[5] != "=")
            throw new FormatException("expected 'metric NAME KIND UNIT FLOOR = AGGREGATION [by LABEL[,LABEL]...] of SERIES'");
        if (!MetricName().IsMatch(words[1]))
            throw new FormatException($"'{words[1]}' is no name: letters, digits and '_', at most 128");
        if (!Enum.TryParse<MetricKind>(words[2], ignoreCase: true, out var kind) || char.IsAsciiDigit(words[2][0]))
            throw new FormatException($"'{words[2]}' is none of gauge, rate, fill");
        if (!double.TryParse(words[4], NumberStyles.Float, CultureInfo.InvariantCulture, out var floor) || !(floor >= 0) || double.IsInfinity(floor))
            throw new FormatException($"floor '{words[4]}' is no number from 0 up");
        if (!Enum.TryParse<Aggregation>(words[6], ignoreCase: true, out var aggregation) || char.IsAsciiDigit(words[6][0]))
            throw new FormatException($"'{words[6]}' is none of sum, mean, max, min, spread, count");
        var at = 7;
        string[] by = [];
        if (words[at] == "by")
        {
            by = words[at + 1].Split(',');
            at += 2;
        }
        if (at >= words.Length || words[at] != "of")
            throw new FormatException("no 'of' before the series");
        var terms = new List<Term>();
        var over = new List<Term>();
        var into = terms;
        var sign = 1;
        var wanted = true;
        foreach (var word in words.Skip(at + 1))
        {
            if (wanted)
            {
                into.Add(new Term(Selector(word, sets), sign));
                wanted = false;
                continue;
            }
            wanted = true;
            sign = word == "-" ? -1 : 1;
            if (word == "/" && ReferenceEquals(into, terms))
                into = over;
            else if (word is not ("+" or "-"))
                throw new FormatException($"'{word}' stands where '+', '-' or '/' is expected");
        }
        if (wanted)
            throw new FormatException("a series is missing at the end");
        var unit = words[3] == "-" ? "" : words[3];
        return new MetricRule(new Metric(words[1], kind, unit, floor), aggregation, by, terms, over);
    }

    /// <summary><c>name|name{label=a|b,label!=c,@set}</c>, every name and value a glob.</summary>
    private static Selector Selector(string word, Dictionary<string, string> sets)
    {
        var brace = word.IndexOf('{');
        if (brace < 0)
            return new Selector(word.Split('|'), []);
        if (!word.EndsWith('}'))
            throw new FormatException($"'{word}' has no closing brace; no blanks within a series");
        var tests = new List<LabelTest>();
        foreach (var part in word[(brace + 1)..^1].Split(','))
        {
            var test = part;
            if (part.StartsWith('@') && !sets.TryGetValue(part, out test))
                throw new FormatException($"no 'set {part}' before this line");
            var equals = test!.IndexOf('=');
            if (equals <= 0)
                throw new FormatException($"'{test}' is no 'label=value' or 'label!=value'");
            var wanted = test[equals - 1] != '!';
            tests.Add(new LabelTest(test[..(wanted ? equals : equals - 1)], wanted, test[(equals + 1)..].Split('|')));
        }
        return new Selector(word[..brace].Split('|'), tests);
    }

    /// <summary><c>LOW:HIGH</c>, both inclusive; a side that is left out has no bound.</summary>
    private static MissingRange Range(string word)
    {
        var colon = word.IndexOf(':');
        if (colon < 0 || word.Length < 2 || !Bound(word[..colon], double.NegativeInfinity, out var from) || !Bound(word[(colon + 1)..], double.PositiveInfinity, out var to) || !(from <= to))
            throw new FormatException($"'{word}' is no range LOW:HIGH");
        return new MissingRange(from, to);
    }

    private static bool Bound(string word, double none, out double value)
    {
        value = none;
        return word.Length == 0 || (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value));
    }

    private static int Number(string word, int min, int max) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= min && n <= max
            ? n
            : throw new FormatException($"'{word}' is no number between {min} and {max}");

    [GeneratedRegex("^[A-Za-z_:][A-Za-z0-9_:]{0,127}$")]
    private static partial Regex MetricName();
}
