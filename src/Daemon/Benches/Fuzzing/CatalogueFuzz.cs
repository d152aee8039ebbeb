using System.Text;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Catalogue files: rules that bind, or a refusal that names the line.</summary>
internal static class CatalogueFuzz
{
    private static readonly string[] Lines = Catalogue.Default.Text.Split('\n');

    private static readonly string[] Spice = ["*", "|", "{", "}", "=", "!=", ",", "@disk", ":", " ", "by", "of", "/", "NaN", "-1", "metric ", "drop ", "rest 9 *", "missing a 1:2", "set @x a=b"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var line = Lines[random.Next(Lines.Length)];
            for (var m = random.Next(4); m > 0; m--)
                line = line.Insert(random.Next(line.Length + 1), Spice[random.Next(Spice.Length)]);
            text.Append(line).Append('\n');
        }
        try
        {
            var catalogue = Catalogue.Parse(text.ToString(), "fuzz");
            catalogue.Bind(new SeriesId("node_disk_io_now", [new("device", "sda")]));
            catalogue.Bind(new SeriesId(new string('a', random.Next(1, 400)), [new("device", new string('*', 40))]));
        }
        catch (BadDataException e) when (e.Message.StartsWith("fuzz, line ", StringComparison.Ordinal))
        {
        }
    }
}
