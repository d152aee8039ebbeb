using Tocsin.Shared;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tocsin.Actors.Alerts.Rules;

/// <summary>A YAML document as a small tree: plain values, lists, mappings. Anchors, aliases and tags are refused: they are how a small file becomes a large one.</summary>
internal abstract record YamlNode(long Line)
{
    public const int MaxCharacters = 1 << 20;
    private const int MaxDepth = 8;
    private const int MaxNodes = 50_000;

    public sealed record Value(string Text, long Line) : YamlNode(Line);

    public sealed record List(IReadOnlyList<YamlNode> Items, long Line) : YamlNode(Line);

    public sealed record Map(IReadOnlyDictionary<string, YamlNode> Entries, long Line) : YamlNode(Line);

    /// <exception cref="BadDataException">With the line, without the file's name.</exception>
    public static YamlNode Parse(string text)
    {
        if (text.Length > MaxCharacters)
            throw new BadDataException($"larger than {MaxCharacters} characters");
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                throw new BadDataException("line 1: nothing in it");
            var left = MaxNodes;
            var root = Read(parser, 0, ref left);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out var second))
                throw new BadDataException($"line {second.Start.Line}: a second document");
            return root;
        }
        catch (YamlException e)
        {
            throw new BadDataException($"line {e.Start.Line}: not YAML: {OneLine.Of(e.Message, 200)}", e);
        }
        catch (Exception e) when (YamlFailures.Includes(e))
        {
            throw new BadDataException($"not YAML: {OneLine.Of(e.Message, 200)}", e);
        }
    }

    private static YamlNode Read(Parser parser, int depth, ref int left)
    {
        var line = parser.Current!.Start.Line;
        if (depth > MaxDepth)
            throw new BadDataException($"line {line}: more than {MaxDepth} levels deep");
        if (--left < 0)
            throw new BadDataException($"line {line}: more than {MaxNodes} values");
        if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            throw new BadDataException($"line {line}: anchors and aliases are not taken: write the value out");
        if (parser.Current is NodeEvent { Tag.IsEmpty: false })
            throw new BadDataException($"line {line}: tags are not taken");
        if (parser.TryConsume<Scalar>(out var scalar))
            return new Value(scalar.Value, line);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Read(parser, depth + 1, ref left));
            return new List(items, line);
        }
        parser.Consume<MappingStart>();
        var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
                throw new BadDataException($"line {parser.Current!.Start.Line}: a key is a word");
            if (!entries.TryAdd(key.Value, Read(parser, depth + 1, ref left)))
                throw new BadDataException($"line {key.Start.Line}: '{OneLine.Of(key.Value, 60)}' stands twice");
        }
        return new Map(entries, line);
    }
}
