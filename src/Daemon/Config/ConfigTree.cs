using System.Text;

namespace Tocsin.Daemon.Config;

/// <param name="Text">Null: an empty list, written as <c>[]</c>.</param>
/// <param name="Origin">Where it stands, for messages: <c>tocsin.yaml:12</c>, <c>TOCSIN_CADENCE</c>, <c>--set</c>.</param>
internal readonly record struct ConfigValue(string? Text, string Origin);

/// <summary>Settings as flat keys, <c>listen.address</c>, <c>sources.scrape.0.targets.1</c>. '-' and '_' in a key, and its case, are the same.</summary>
internal sealed class ConfigTree
{
    private readonly SortedDictionary<string, ConfigValue> _values = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, ConfigValue>> All => _values;

    public static string Normal(string key) => key.Replace('-', '_').ToLowerInvariant();

    /// <summary><c>sources.scrape.0.targets.1</c> to <c>sources.scrape[].targets[]</c>, the form in which keys are declared.</summary>
    public static string Shape(string key)
    {
        var shape = new StringBuilder();
        foreach (var part in key.Split('.'))
        {
            if (shape.Length > 0 && part.Length > 0 && part.All(char.IsAsciiDigit))
                shape.Append("[]");
            else
                shape.Append(shape.Length > 0 ? "." : "").Append(part);
        }
        return shape.ToString();
    }

    /// <summary>The later one wins. A value takes the place of a list of the same name, and an item of a list that of a value: <c>a</c> and <c>a.0</c> never stand side by side.</summary>
    public void Set(string key, ConfigValue value)
    {
        key = Normal(key);
        foreach (var below in _values.Keys.Where(k => k.Length > key.Length + 1 && k.StartsWith(key + ".", StringComparison.Ordinal) && char.IsAsciiDigit(k[key.Length + 1])).ToList())
            _values.Remove(below);
        for (var dot = key.IndexOf('.'); dot >= 0; dot = key.IndexOf('.', dot + 1))
        {
            if (dot + 1 < key.Length && char.IsAsciiDigit(key[dot + 1]))
                _values.Remove(key[..dot]);
        }
        _values[key] = value;
    }

    public ConfigValue? Find(string key) => _values.TryGetValue(key, out var value) ? value : null;

    /// <summary>The items' numbers of a list, in order. They may have holes where only some were set from outside.</summary>
    public IReadOnlyList<int> Items(string key)
    {
        var numbers = new SortedSet<int>();
        foreach (var below in _values.Keys)
        {
            if (!below.StartsWith(key, StringComparison.Ordinal) || below.Length <= key.Length || below[key.Length] != '.')
                continue;
            var rest = below.AsSpan(key.Length + 1);
            var end = rest.IndexOf('.');
            if (int.TryParse(end < 0 ? rest : rest[..end], System.Globalization.NumberStyles.None, null, out var number))
                numbers.Add(number);
        }
        return [.. numbers];
    }
}
