using System.Text;
using Tocsin.Ingest.Scraping;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Files of targets, JSON and YAML: targets or a reason in one line.</summary>
internal static class FileSdFuzz
{
    private static readonly byte[] Json = """[{"targets": ["cn01:9100", "https://cn02:9400/m"], "labels": {"job": "node", "__param_x": "1"}}, {"targets": []}]"""u8.ToArray();
    private static readonly byte[] Yaml = "- targets: ['cn01:9100', \"cn02:9100\"]\n  labels:\n    job: node\n    rack: '7'\n- targets:\n  - cn03 # last\n"u8.ToArray();

    private static readonly string[] Spice = ["&a ", "*a", "!!binary ", "[", "]", "{", "}", ": ", "- ", "\n", "\n    ", "? ", "| ", "> ", "%YAML 1.1\n", "---\n", "...\n", "\t", "\0", "<<: ", "http://", "[::1]", "\\u0000"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var yaml = random.Next(2) == 0;
        var valid = yaml ? Yaml : Json;
        byte[] text = random.Next(3) switch
        {
            0 => Mutations.Damage(random, valid),
            1 => Mutations.Noise(random, 300),
            _ => Encoding.UTF8.GetBytes(Mutations.Spice(random, valid, Spice)),
        };
        var why = FileSd.Parse(text, yaml, "job", out var targets);
        if ((why is null ? 0 : targets.Count) > 0 && why is not null || why?.Contains('\n', StringComparison.Ordinal) == true)
            throw new InvalidOperationException($"seed {seed}: {targets.Count} targets and '{why}'");
    }
}
