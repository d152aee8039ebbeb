using System.Text;
using System.Text.Json;
using Tocsin.Shared;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tocsin.Ingest.Scraping;

/// <summary>Reads the files of Prometheus' <c>file_sd_configs</c>: a list of <c>{targets: [host:port, ...], labels: {name: value}}</c>, as JSON or YAML.</summary>
public static class FileSd
{
    /// <summary>Bytes of one file.</summary>
    public const int MaxBytes = 16 << 20;

    public const int MaxTargets = 50_000;

    /// <summary>Null where the whole text was read; else why it is refused, in one line. A file that is half right is not used: half of the
    /// targets would go away.</summary>
    /// <param name="yaml">JSON is read as JSON: it says more exactly where it is wrong.</param>
    public static string? Parse(ReadOnlySpan<byte> text, bool yaml, string? job, out IReadOnlyList<ScrapeTarget> targets)
    {
        targets = [];
        if (text.Length > MaxBytes)
            return $"more than {MaxBytes >> 20} MiB";
        var groups = new List<Group>();
        try
        {
            if (yaml)
                FromYaml(Encoding.UTF8.GetString(text), groups);
            else
                FromJson(text, groups);
        }
        // The BCL's word for text in JSON that is not UTF-8 is InvalidOperationException.
        catch (Exception e) when (e is JsonException or YamlException or FormatException || YamlFailures.Includes(e))
        {
            var line = e.Message.Split('\n')[0];
            return line.Length <= 200 ? line : line[..200];
        }
        var found = new Dictionary<string, ScrapeTarget>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            foreach (var address in group.Targets)
            {
                if (ScrapeTarget.Create(address, group.Labels, job, out var target) is { } why)
                    return why;
                found.TryAdd(target.Key, target);
                if (found.Count > MaxTargets)
                    return $"more than {MaxTargets} targets";
            }
        }
        targets = found.Values.ToArray();
        return null;
    }

    private sealed record Group(List<string> Targets, Dictionary<string, string> Labels)
    {
        public Group()
            : this([], new Dictionary<string, string>(StringComparer.Ordinal))
        {
        }
    }

    private static void FromJson(ReadOnlySpan<byte> text, List<Group> groups)
    {
        using var document = JsonDocument.Parse(text.ToArray(), new JsonDocumentOptions { MaxDepth = 8 });
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw new FormatException("expected a list of groups");
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw new FormatException("a group is no object");
            var group = new Group();
            foreach (var property in element.EnumerateObject())
            {
                if (property.Name == "targets" && property.Value.ValueKind == JsonValueKind.Array)
                    group.Targets.AddRange(property.Value.EnumerateArray().Select(Text));
                else if (property.Name == "labels" && property.Value.ValueKind == JsonValueKind.Object)
                {
                    foreach (var label in property.Value.EnumerateObject())
                        group.Labels[label.Name] = Text(label.Value);
                }
                else
                    throw Unknown(property.Name);
            }
            groups.Add(group);
        }

        static string Text(JsonElement e) => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw new FormatException("a target or a label's value is no text");
    }

    /// <remarks>Event by event: nothing is built but what is expected, so that nesting and anchors cost nothing.</remarks>
    private static void FromYaml(string text, List<Group> groups)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
            return;
        parser.Consume<SequenceStart>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            var group = new Group();
            parser.Consume<MappingStart>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>().Value;
                if (key == "targets")
                {
                    parser.Consume<SequenceStart>();
                    while (!parser.TryConsume<SequenceEnd>(out _))
                        group.Targets.Add(parser.Consume<Scalar>().Value);
                }
                else if (key == "labels")
                {
                    parser.Consume<MappingStart>();
                    while (!parser.TryConsume<MappingEnd>(out _))
                        group.Labels[parser.Consume<Scalar>().Value] = parser.Consume<Scalar>().Value;
                }
                else
                    throw Unknown(key);
            }
            groups.Add(group);
        }
    }

    private static FormatException Unknown(string key) => new($"'{(key.Length <= 60 ? key : key[..60])}' is neither 'targets' (a list) nor 'labels' (names and values)");
}
