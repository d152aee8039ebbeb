using System.Security.Cryptography;
using Tocsin.Daemon.Pictures;
using Xunit.Abstractions;

namespace Tocsin.Integration;

/// <summary>What an imaging library that others wrote makes of our pictures.</summary>
public sealed class PictureSpec(ITestOutputHelper output)
{
    private const string Python = "/usr/bin/python3";

    private const string Digest =
        "import sys, hashlib\n"
        + "from PIL import Image\n"
        + "i = Image.open(sys.argv[1]); i.verify()\n"
        + "i = Image.open(sys.argv[1])\n"
        + "print(i.mode, i.size[0], i.size[1], hashlib.sha256(i.convert('RGBA').tobytes()).hexdigest())";

    [Theory]
    [InlineData(false, "RGB")]
    [InlineData(true, "RGBA")]
    public async Task Pillow_reads_the_same_pixels(bool translucent, string mode)
    {
        if (!File.Exists(Python) || (await Run("-c", "import PIL")).ExitCode != 0)
        {
            output.WriteLine($"left out: {Python} with the package PIL (Debian: python3-pil) is not there");
            return;
        }
        var canvas = translucent ? new Canvas(301, 97, Palette.Ink.WithAlpha(0)) : Chart();
        canvas.Line(3, 5, 290, 80, Palette.Missed.WithAlpha(140), 5);
        Lettering.Title.Draw(canvas, 20, 60, "Pillow reads it", Palette.Ink);
        var path = Path.Combine(Path.GetTempPath(), $"tocsin-pillow-{translucent}-{Environment.ProcessId}.png");
        try
        {
            PictureFile.Write(path, canvas);
            var read = await Run("-c", Digest, path);
            Assert.Equal($"{mode} {canvas.Width} {canvas.Height} {Sha256(canvas)}", read.Output.Trim());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Task<ProcessResult> Run(params string[] arguments) => TocsinProcess.RunAsync(Python, arguments, TimeSpan.FromMinutes(1));

    private static Canvas Chart()
    {
        var times = Enumerable.Range(0, 900).Select(i => 1_795_253_095_000 + (1000L * i)).ToArray();
        return ScorePicture.Draw(new ScorePictureData("chart", [new NodeScores
        {
            Node = "node01",
            TimesMs = times,
            Scores = [.. times.Select((_, i) => (float)(1 + Math.Sin(i / 9.0) + (i % 100 == 0 ? 40 : 0)))],
            Thresholds = [.. times.Select(_ => 5f)],
            Alarms = [.. times.Select((_, i) => i % 100 == 0)],
            Jobs = [new JobBand("io_seq", times[50], times[500])],
            Faults = [new FaultSpan("mem_leak", times[95], times[120], true)],
        }]));
    }

    private static string Sha256(Canvas canvas)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var y = 0; y < canvas.Height; y++)
            hash.AppendData(canvas.Row(y));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
