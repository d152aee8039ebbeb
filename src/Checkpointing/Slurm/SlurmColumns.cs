using System.Globalization;
using Tocsin.Checkpointing.Actions;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>What single columns of squeue and sinfo mean, and a line of scontrol, whoever asked for them.</summary>
public static class SlurmColumns
{
    /// <summary>A line of scontrol's, KEY=VALUE by spaces; of a key that comes twice the first.</summary>
    public static IReadOnlyDictionary<string, string> Words(string line)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.IndexOf('=') is var at and > 0)
                words.TryAdd(word[..at], word[(at + 1)..]);
        }
        return words;
    }

    /// <param name="states">"idle+drain", with a flag such as '*' (does not answer) or '~' behind a word.</param>
    /// <param name="user">"root(0)"</param>
    /// <param name="at">Unix seconds of the reason.</param>
    public static SlurmNode Node(string states, string user, string at, string reason)
    {
        // One state, and two words for it by the column that is asked for (seen with 22.05).
        var words = states.ToUpperInvariant().Split('+').Select(s => s.TrimEnd('*', '~', '#', '%', '$', '@', '^', '!', '-')).Select(s => s == "MAINTENANCE" ? "MAINT" : s).ToHashSet();
        var unset = reason is "none" or "(null)" or "";
        user = user.IndexOf('(') is var open and > 0 ? user[..open] : user;
        return new SlurmNode(words, unset ? "" : reason, unset ? "" : user, unset || !Seconds(at, out var ms) ? 0 : ms);
    }

    /// <summary>Unix seconds as milliseconds; false: none.</summary>
    public static bool Seconds(string text, out long ms)
    {
        var ok = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < long.MaxValue / 1000;
        ms = ok ? seconds * 1000 : 0;
        return ok;
    }
}
