using System.Text;
using Tocsin.Daemon.Config;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>The daemon's own file: options, or problems in one line each.</summary>
internal static class ConfigFuzz
{
    private static readonly byte[] Valid = """
        cluster: hpc
        cadence: 15s
        listen: {address: '127.0.0.1:8484', allow_insecure: false}
        identity:
          node_labels: [Hostname, instance]
        sinks:
          webhooks:
          - url: https://desk.example.org/hook
            name: desk
        log: {partitions: 8, segment_size: 64MiB}

        """u8.ToArray();

    /// <summary>In few of the inputs: a regular expression without backtracking takes longer to make than all else to read.</summary>
    private static readonly byte[] Rules = """
        identity:
          rules:
          - label: instance
            pattern: '(cn[0-9]+)-ib:.*'
            node: $1

        """u8.ToArray();

    private static readonly string[] Spice = ["&a ", "*a", "!!set ", "[", "]", "{", "}", ": ", "- ", "\n", "\n  ", "? ", "| ", "> ", "%YAML 1.1\n", "---\n", "...\n", "\t", "\0", "<<: ", "(a+)+$", "1e9d", "-15s", "99999999999999999999", "${HOME}", "\ud83d\ude00"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var text = random.Next(10) switch
        {
            0 => Encoding.Latin1.GetString(Mutations.Noise(random, 300)),
            1 => new string(random.Next(2) == 0 ? '[' : '{', random.Next(2000)),
            2 => Mutations.Spice(random, Rules, Spice),
            < 6 => Mutations.Spice(random, Valid, Spice),
            _ => Encoding.UTF8.GetString(Mutations.Damage(random, Valid)),
        };
        var problems = new List<string>();
        var tree = new ConfigTree();
        YamlTree.Read(new StringReader(text), "tocsin.yaml", tree, problems);
        if (problems.Any(p => p.Length == 0 || p.Any(char.IsControl)))
            throw new InvalidOperationException($"not a line each: {string.Join(" / ", problems)}");
        // To read the options takes many times as long as to read the text: the catalogue and the rules come with them.
        if (random.Next(16) != 0)
            return;
        var options = ServeOptions.Check(tree, problems, out _);
        if (options is null == (problems.Count == 0) || problems.Any(p => p.Length == 0 || p.Any(char.IsControl)))
            throw new InvalidOperationException($"options {(options is null ? "refused" : "taken")} with {problems.Count} problems: {string.Join(" / ", problems)}");
    }
}
