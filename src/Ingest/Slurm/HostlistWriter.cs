using System.Globalization;
using System.Text;

namespace Tocsin.Ingest.Slurm;

/// <summary>Writes names as a list: runs of one prefix share a bracket, runs of numbers within it a range.</summary>
internal static class HostlistWriter
{
    public static string Write(IEnumerable<HostName> names)
    {
        var text = new StringBuilder();
        var group = new List<HostName>();
        foreach (var name in names)
        {
            if (group.Count > 0 && (name.Width == 0 || group[0].Width == 0 || name.Prefix != group[0].Prefix))
                Flush(text, group);
            group.Add(name);
        }
        Flush(text, group);
        return text.ToString();
    }

    private static void Flush(StringBuilder text, List<HostName> group)
    {
        if (group.Count == 0)
            return;
        if (text.Length > 0)
            text.Append(',');
        if (group.Count == 1)
        {
            text.Append(group[0].ToString());
        }
        else
        {
            text.Append(group[0].Prefix).Append('[');
            for (var first = 0; first < group.Count;)
            {
                var last = first;
                while (last + 1 < group.Count && group[last].GoesOnWith(group[last + 1], group[first].Width))
                    last++;
                if (first > 0)
                    text.Append(',');
                text.Append(Padded(group[first]));
                if (last > first)
                    text.Append('-').Append(Padded(group[last]));
                first = last + 1;
            }
            text.Append(']');
        }
        group.Clear();
    }

    private static string Padded(HostName name) => name.Number.ToString(CultureInfo.InvariantCulture).PadLeft(name.Width, '0');
}
