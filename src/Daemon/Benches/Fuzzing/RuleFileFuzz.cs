using System.Text;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Files of rules: every text is rules, or refused in one line that names the file.</summary>
internal static class RuleFileFuzz
{
    private static readonly byte[] Valid = Encoding.UTF8.GetBytes(RuleFile.DefaultText);

    private static readonly string[] Spice = ["&a ", "*a", "!!set ", "[", "]", "{", "}", ": ", "- ", "\n", "\n  ", "? ", "| ", "> ", "%YAML 1.1\n", "---\n", "...\n", "\t", "\u0000", "\ud83d\ude00", "{value", "1e999", "999999d"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var text = random.Next(10) switch
        {
            0 => Encoding.Latin1.GetString(Mutations.Noise(random, 300)),
            1 => new string(random.Next(2) == 0 ? '[' : '{', random.Next(20_000)),
            2 => string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => Spice[random.Next(Spice.Length)])),
            3 or 4 => Mutations.Spice(random, Valid, Spice),
            _ => Encoding.UTF8.GetString(Mutations.Damage(random, Window(random))),
        };
        try
        {
            RuleFile.Parse(text, "own.yaml", null);
        }
        catch (BadDataException e) when (e.Message.StartsWith("own.yaml: ", StringComparison.Ordinal) && !e.Message.Any(char.IsControl))
        {
        }
    }

    /// <summary>A piece of the rules from its head on: small files are refused sooner, so that more of them are tried.</summary>
    private static ReadOnlySpan<byte> Window(Random random) => Valid.AsSpan(0, random.Next(1400, Valid.Length));
}
