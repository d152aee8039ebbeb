using Tocsin.Shared;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tocsin.Daemon.Config;

/// <summary>YAML read strictly into flat keys: one document of mappings, lists and plain values; no anchors, no tags, no key twice.</summary>
internal sealed class YamlTree
{
    public const int MaxBytes = 1 << 20;
    private const int MaxDepth = 12;
    private const int MaxValues = 20_000;

    private readonly ConfigTree _into;
    private readonly string _file;
    private readonly List<string> _problems;
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly IParser _parser;
    private int _values;

    private YamlTree(TextReader text, string file, ConfigTree into, List<string> problems)
    {
        (_into, _file, _problems) = (into, file, problems);
        _parser = new Parser(text);
    }

    /// <param name="file">Its name, for messages.</param>
    public static void Read(TextReader text, string file, ConfigTree into, List<string> problems)
    {
        try
        {
            new YamlTree(text, file, into, problems).Read();
        }
        catch (YamlException e)
        {
            problems.Add($"{file}:{e.Start.Line}: not YAML: {OneLine.Of(e.Message)}");
        }
        catch (BadDataException e)
        {
            problems.Add(e.Message);
        }
        catch (Exception e) when (YamlFailures.Includes(e))
        {
            problems.Add($"{file}: not YAML: {OneLine.Of(e.Message)}");
        }
    }

    private void Read()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
            return;
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            if (scalar.Value.Length > 0)
                throw new BadDataException($"{_file}:{scalar.Start.Line}: '{OneLine.Of(scalar.Value)}' stands alone: expected lines of 'key: value'");
        }
        else
            Node("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            throw new BadDataException($"{_file}:{second.Start.Line}: a second document: expected one");
    }

    private void Node(string key, int depth)
    {
        if (depth > MaxDepth)
            throw new BadDataException($"{_file}:{_parser.Current!.Start.Line}: more than {MaxDepth} levels deep");
        if (_parser.Current is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias)
            throw new BadDataException($"{_file}:{_parser.Current.Start.Line}: anchors and aliases are not taken: write the value out");
        if (_parser.Current is NodeEvent { Tag: { IsEmpty: false } tag })
            throw new BadDataException($"{_file}:{_parser.Current.Start.Line}: tag {OneLine.Of(tag.ToString())}: tags are not taken");
        if (_parser.TryConsume<Scalar>(out var scalar))
            Value(key, scalar);
        else if (_parser.TryConsume<SequenceStart>(out var list))
            List(key, depth, list.Start.Line);
        else
            Mapping(key, depth);
    }

    private void Value(string key, Scalar scalar)
    {
        // "key:" with nothing behind it, like "key: null" and "key: ~", is not set.
        if (scalar is { Style: ScalarStyle.Plain, Value: "" or "null" or "~" })
            return;
        Put(key, scalar.Value, scalar.Start.Line);
    }

    private void List(string key, int depth, long line)
    {
        var number = 0;
        while (!_parser.TryConsume<SequenceEnd>(out _))
            Node($"{key}.{number++}", depth + 1);
        if (number == 0)
            Put(key, null, line);
    }

    private void Mapping(string key, int depth)
    {
        _parser.Consume<MappingStart>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var name = _parser.Consume<Scalar>();
            var line = name.Start.Line;
            if (name.Value.Length is 0 or > 100 || name.Value.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) || char.IsAsciiDigit(name.Value[0]))
                throw new BadDataException($"{_file}:{line}: '{OneLine.Of(name.Value)}' is no key: expected letters, digits, '_' and '-'");
            var below = ConfigTree.Normal(key.Length == 0 ? name.Value : $"{key}.{name.Value}");
            if (!_seen.TryAdd(below, line))
                _problems.Add($"{below}: stands twice ({_file}:{_seen[below]} and :{line}): expected once");
            Node(below, depth + 1);
        }
    }

    private void Put(string key, string? text, long line)
    {
        if (_values++ >= MaxValues)
            throw new BadDataException($"{_file}: more than {MaxValues} values");
        _into.Set(key, new ConfigValue(text, $"{_file}:{line}"));
    }
}
