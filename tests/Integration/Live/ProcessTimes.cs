using System.Globalization;
using System.Text;

namespace Tocsin.Integration.Live;

/// <summary>What /proc says of one process. Counters are since its start.</summary>
/// <param name="Key">Its id, its start and its name: another one after a fork that went on to exec.</param>
/// <param name="UserTicks">1/100 s.</param>
/// <param name="AnonBytes">Resident, not shared.</param>
internal sealed record ProcessTimes(int Id, int Parent, string Key, char State, long UserTicks, long SystemTicks, long MinorFaults, long MajorFaults, long ResidentBytes, long AnonBytes)
{
    private const int PageBytes = 4096;

    /// <summary>Null where it is gone.</summary>
    public static ProcessTimes? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // The name stands in brackets and may hold anything.
            var end = stat.LastIndexOf(')');
            var fields = stat[(end + 2)..].Split(' ');
            var memory = File.ReadAllText($"/proc/{id}/statm").Split(' ');
            long At(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
            var (resident, shared) = (Pages(memory[1]), Pages(memory[2]));
            return new ProcessTimes(id, (int)At(4), $"{id} {fields[19]} {stat[..end]}", fields[0][0], At(14), At(15), At(10), At(12), resident, resident - shared);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Its variables; empty where it is gone, or wrote over them to change its title.</summary>
    public static Dictionary<string, string> Environment(int id)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/environ")).Split('\0')
                .Select(v => v.Split('=', 2)).Where(v => v.Length == 2).DistinctBy(v => v[0]).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long Pages(string text) => long.Parse(text, CultureInfo.InvariantCulture) * PageBytes;
}
