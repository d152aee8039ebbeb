using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Tocsin.Daemon.Config;

namespace Tocsin.Unit.Options;

/// <summary>deploy/tocsin.yaml: what an operator reads is what the daemon takes.</summary>
public sealed partial class DefaultFileSpec
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SharedData.Root, "deploy", "tocsin.yaml"));

    [Fact]
    public void As_it_stands_it_is_the_defaults()
    {
        var json = new JsonSerializerOptions { WriteIndented = true, Converters = { new AsText<IPEndPoint>(), new AsText<TimeZoneInfo>() } };
        Assert.Equal(JsonSerializer.Serialize(ConfigSpec.Options("cluster: hpc"), json), JsonSerializer.Serialize(ConfigSpec.Options(Text), json));
    }

    [Fact]
    public void Every_key_stands_in_it_once()
    {
        var (tree, problems) = ConfigSpec.Tree(Off().Replace(Text, "$1$2:"));
        Assert.Empty(problems);
        ServeOptions.Check(tree, problems, out var declared);
        Assert.DoesNotContain(problems, p => p.Contains("no such key") || p.Contains("expected a list"));
        var listed = tree.All.Select(v => ConfigTree.Shape(v.Key)).Distinct().Select(Plain).Order().Distinct();
        Assert.Equal(declared.Where(d => d.Range != "a list").Select(d => Plain(d.Key)).Distinct().Order(), listed);
    }

    [Fact]
    public void Every_key_is_explained_in_the_lines_above_it()
    {
        var lines = Text.Split('\n');
        var last = "";
        for (var i = 0; i < lines.Length; i++)
        {
            if (!Key().IsMatch(lines[i]))
            {
                last = lines[i];
                continue;
            }
            var below = i + 1 < lines.Length && lines[i].TrimEnd().EndsWith(':');
            Assert.True(below || last.TrimStart().StartsWith("# ", StringComparison.Ordinal) || Key().IsMatch(last) && last.TrimStart('#', ' ').Length > 0, $"line {i + 1} '{lines[i]}' is not explained");
        }
    }

    /// <summary>A list of texts is one key, whether its items are there or not.</summary>
    private static string Plain(string shape) => shape.EndsWith("[]", StringComparison.Ordinal) ? shape[..^2] : shape;

    /// <summary>"#key: value" is an option that is off; "# words" are words.</summary>
    [GeneratedRegex(@"^( *)#((?:- |  )?[a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Off();

    [GeneratedRegex(@"^ *#?(- |  )?[a-z_]+:")]
    private static partial Regex Key();

    private sealed class AsText<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString());
    }
}
