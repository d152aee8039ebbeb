using System.Globalization;

namespace Tocsin.Scale.Measure;

/// <summary>Of one process, from <c>/proc</c>.</summary>
/// <param name="CpuSeconds">User and system, all threads.</param>
/// <param name="AnonymousBytes">Of the resident ones those that are no file's.</param>
/// <param name="WrittenBytes">Sent to the disk by it.</param>
internal readonly record struct ProcessFigures(double CpuSeconds, long ResidentBytes, long AnonymousBytes, long WrittenBytes)
{
    private const double TicksASecond = 100;

    public static ProcessFigures Of(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        // Behind the name, which may hold anything.
        var words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var cpu = (Number(words[11]) + Number(words[12])) / TicksASecond;
        return new ProcessFigures(cpu, 1024 * Field($"/proc/{process}/status", "VmRSS:"), 1024 * Field($"/proc/{process}/status", "RssAnon:"), Field($"/proc/{process}/io", "write_bytes:"));
    }

    private static long Field(string file, string name) =>
        Number(File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
