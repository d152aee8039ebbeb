using System.Globalization;
using Tocsin.Shared;

namespace Tocsin.Daemon.Config;

/// <param name="Key">With <c>[]</c> for the items of a list.</param>
/// <param name="Range">What is taken, with its unit.</param>
internal sealed record DeclaredKey(string Key, string Range);

/// <summary>Reads settings and says at the same time which there are: to read a key is to declare it. Problems are collected, never thrown.</summary>
internal sealed class ConfigReader
{
    private readonly ConfigTree _tree;
    private readonly string _prefix;
    private readonly List<string> _problems;
    private readonly SortedDictionary<string, DeclaredKey> _declared;

    public ConfigReader(ConfigTree tree, List<string> problems)
        : this(tree, "", problems, new(StringComparer.Ordinal))
    {
    }

    private ConfigReader(ConfigTree tree, string prefix, List<string> problems, SortedDictionary<string, DeclaredKey> declared) =>
        (_tree, _prefix, _problems, _declared) = (tree, prefix, problems, declared);

    public IReadOnlyCollection<DeclaredKey> Declared => _declared.Values;

    public string Key(string name) => _prefix + name;

    public ConfigReader Section(string name) => new(_tree, $"{_prefix}{name}.", _problems, _declared);

    public bool Has(string name) => _tree.Find(Key(name)) is { Text: not null };

    /// <param name="parse">A value, or null with what is wrong in the range's words.</param>
    public T? Value<T>(string name, T? fallback, string range, Func<string, (bool Ok, T? Value)> parse)
    {
        Declare(name, range);
        if (_tree.Find(Key(name)) is not { } set)
            return fallback;
        if (set.Text is { } text && parse(text.Trim()) is (true, var value))
            return value;
        Problem(name, set, $"expected {range}");
        return fallback;
    }

    public bool Flag(string name, bool fallback) => Value(name, fallback, "true or false", t => t.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => (true, true),
        "false" or "no" or "off" => (true, false),
        _ => (false, false),
    });

    public int Whole(string name, int fallback, int min, int max, string unit = "") =>
        Value(name, fallback, $"a whole number from {min} to {max}{Space(unit)}", t =>
            (int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n >= min && n <= max, n));

    public double Number(string name, double fallback, double min, double max, string unit = "") =>
        Value(name, fallback, $"a number from {min} to {max}{Space(unit)}", t =>
            (double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n >= min && n <= max, n));

    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan min, TimeSpan max) =>
        Value(name, fallback, $"a duration from {Spans.Text(min)} to {Spans.Text(max)}, e.g. 250ms, 15s, 5m, 2h, 7d (a bare number is seconds)", t =>
            (DurationText.TryParse(t, out var d) && d >= min && d <= max, d));

    public long Bytes(string name, long fallback, long min, long max) =>
        Value(name, fallback, $"a size from {ByteSize.Text(min)} to {ByteSize.Text(max)}, e.g. 512KiB, 16MiB, 1GiB (a bare number is bytes)", t =>
            (ByteSize.TryParse(t, out var b) && b >= min && b <= max, b));

    public T Choice<T>(string name, T fallback, params (string Word, T Value)[] words) =>
        Value(name, fallback, $"one of {string.Join(", ", words.Select(w => w.Word))}", t =>
            words.FirstOrDefault(w => w.Word.Equals(t, StringComparison.OrdinalIgnoreCase)) is { Word: not null } word ? (true, word.Value) : (false, fallback))!;

    /// <param name="range">What it is, for whoever wrote nonsense.</param>
    /// <param name="check">Null: any text of 1 to 1,000 characters without control characters.</param>
    public string? Text(string name, string? fallback, string range, Func<string, bool>? check = null) =>
        Value(name, fallback, range, t => (t.Length is > 0 and <= 1000 && !t.Any(char.IsControl) && check?.Invoke(t) != false, t));

    public string Required(string name, string example, string range, Func<string, bool>? check = null)
    {
        if (Text(name, null, range, check) is { } text)
            return text;
        if (_tree.Find(Key(name)) is null)
            _problems.Add($"{Key(name)}: not set: expected {range}, e.g. {example}");
        return example;
    }

    public Uri RequiredUrl(string name, string example)
    {
        const string range = "http:// or https:// and a host, without user and password";
        var url = Value<Uri>(name, null, range, HttpOptions.WebUrl);
        if (url is null && _tree.Find(Key(name)) is null)
            _problems.Add($"{Key(name)}: not set: expected {range}, e.g. {example}");
        return url ?? new Uri(example);
    }

    /// <summary>A list of texts: YAML's, or one value with commas between them, as it comes from the environment.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> fallback, string range, Func<string, bool>? check = null, int most = 10_000)
    {
        Declare(name, range);
        Declare(name + "[]", range);
        var items = _tree.Items(Key(name)).Select(i => ($"{name}.{i}", _tree.Find($"{Key(name)}.{i}"))).ToList();
        if (_tree.Find(Key(name)) is { } set)
            items = [.. (set.Text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => (name, (ConfigValue?)new ConfigValue(t, set.Origin)))];
        else if (items.Count == 0)
            return fallback;
        if (items.Count > most)
            _problems.Add($"{Key(name)}: {items.Count} items, expected at most {most}");
        var texts = new List<string>();
        foreach (var (at, value) in items.Take(most))
        {
            // Something deeper stands there; it is told as an unknown key.
            if (value is not { Text: { } text } here)
                continue;
            if (text.Length is > 0 and <= 1000 && !text.Any(char.IsControl) && check?.Invoke(text) != false)
                texts.Add(text);
            else
                Problem(at, here, $"expected {range}");
        }
        return texts;
    }

    public IReadOnlyList<T> List<T>(string name, int most, Func<ConfigReader, T> read)
    {
        // Read once from nothing, so that the keys of an item are known where there is none.
        read(new ConfigReader(new ConfigTree(), Key(name) + "[].", [], _declared));
        Declare(name, "a list");
        var numbers = _tree.Items(Key(name));
        if (numbers.Count > most)
            _problems.Add($"{Key(name)}: {numbers.Count} items, expected at most {most}");
        if (_tree.Find(Key(name)) is { Text: not null } text)
            Problem(name, text, "expected a list");
        return numbers.Take(most).Select(n => read(new ConfigReader(_tree, $"{Key(name)}.{n}.", _problems, _declared))).ToList();
    }

    /// <summary>What does not fit together.</summary>
    public void Problem(string name, string what) => _problems.Add($"{Key(name)}: {what}");

    public void Problem(string name, ConfigValue value, string what) =>
        _problems.Add($"{Key(name)}: '{OneLine.Of(value.Text ?? "[]")}' ({value.Origin}): {what}");

    /// <summary>After everything was read: what is set and was never asked for.</summary>
    public void Unknown()
    {
        foreach (var (key, value) in _tree.All)
        {
            if (!_declared.ContainsKey(ConfigTree.Shape(key)))
                _problems.Add($"{OneLine.Of(key)}: '{OneLine.Of(value.Text ?? "[]")}' ({value.Origin}): no such key; {NearestKey.Hint(ConfigTree.Shape(key), _declared.Keys)}");
        }
    }

    private void Declare(string name, string range)
    {
        var shape = ConfigTree.Shape(Key(name));
        _declared.TryAdd(shape, new DeclaredKey(shape, range));
    }

    private static string Space(string unit) => unit.Length == 0 ? "" : " " + unit;
}
