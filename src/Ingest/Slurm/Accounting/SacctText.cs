using System.Globalization;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>Reads what <c>sacct --parsable2 --noheader</c> printed, with the fields of <see cref="Fields"/>.</summary>
/// <remarks>
/// A job's name is its user's: it may hold '|', line ends and whole forged rows. So it stands last, and the fields are parted by a word that was drawn
/// for this one answer (<see cref="SacctCommand"/>): a line without that word goes on with the name before it.
/// </remarks>
public static class SacctText
{
    public const string Fields = "JobIDRaw,JobID,User,Submit,Start,End,State,NodeList,ExitCode,JobName";

    private const int FieldCount = 10;

    /// <summary>By how much Slurm's clock may be ahead of ours: a start or an end later than that is foreseen.</summary>
    private const long AheadMs = 60_000;

    private const long MinSeconds = 86_400, MaxSeconds = 253_402_300_799;

    /// <param name="delimiter">What parts the fields, 1 character or more.</param>
    /// <param name="asOfMs">When sacct was asked.</param>
    public static AccountingAnswer.Told Parse(string text, string delimiter, long asOfMs)
    {
        var rows = new List<JobRow>();
        var rejected = new Rejections();
        var waiting = 0L;
        for (var at = 0; at < text.Length;)
        {
            var next = NextRecord(text, at, delimiter);
            var record = text.AsSpan(at, next - at).TrimEnd('\n');
            at = next;
            if (record.IsEmpty)
                continue;
            var why = Row(record, delimiter, asOfMs, out var row);
            if (why is not null)
                rejected.Add(why, OneLine.Of(record));
            else if (row is null)
                waiting++;
            else
                rows.Add(row);
        }
        return new AccountingAnswer.Told(rows, waiting, rejected);
    }

    /// <summary>Where the next line that holds the delimiter begins.</summary>
    private static int NextRecord(string text, int at, string delimiter)
    {
        for (; ; )
        {
            var end = text.IndexOf('\n', at);
            if (end < 0 || end + 1 == text.Length)
                return text.Length;
            at = end + 1;
            var lineEnd = text.IndexOf('\n', at);
            if (text.AsSpan(at, (lineEnd < 0 ? text.Length : lineEnd) - at).Contains(delimiter, StringComparison.Ordinal))
                return at;
        }
    }

    /// <summary>Null and no row: the job has not started.</summary>
    private static string? Row(ReadOnlySpan<char> record, string delimiter, long asOfMs, out JobRow? row)
    {
        row = null;
        Span<Range> fields = stackalloc Range[FieldCount];
        // The last one takes what is left, delimiters too.
        if (record.Split(fields, delimiter, StringSplitOptions.None) != FieldCount)
            return "sacct: not as many fields as were asked for";
        ReadOnlySpan<char> raw = record[fields[0]], id = record[fields[1]], user = record[fields[2]], word = record[fields[6]], nodes = record[fields[7]];
        if (!long.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var rawId) || !JobIds.IsNumber(raw))
            return "sacct: JobIDRaw is no number";
        if (!Time(record[fields[3]], out var submit) || !Time(record[fields[4]], out var start) || !Time(record[fields[5]], out var end))
            return "sacct: a time is no unix time in seconds";
        var state = JobStates.Parse(word);
        if (JobStates.Waits(word) || start is null || start > asOfMs + AheadMs || NoNodes(nodes))
            return null;
        if (!JobIds.IsRun(id))
            return "sacct: JobID is none of a run";
        if (JobStates.Holds(state) || end > asOfMs + AheadMs)
            end = null;
        if (end < start)
            return "sacct: the job ends before it starts";
        if (end is null && !JobStates.Holds(state))
            state = JobState.Running;
        if (Hostlist.Expand(nodes.ToString(), out var names) is not null || names.Count == 0)
            return "sacct: NodeList is no list of nodes";
        row = new JobRow(
            id.ToString(), rawId, HostileText.Cut(record[fields[9]].ToString(), JobEvent.MaxText),
            user.IsEmpty ? null : HostileText.Cut(user.ToString(), JobEvent.MaxText),
            submit, start.Value, end, state, Hostlist.CompressSorted(names), names.Count, end is null ? null : Exit(record[fields[8]]));
        return null;
    }

    /// <summary>Two numbers; anything else is none, and costs nobody the row.</summary>
    private static string? Exit(ReadOnlySpan<char> text) =>
        text.IndexOf(':') is > 0 and var colon && byte.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            && byte.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var signal) ? string.Create(CultureInfo.InvariantCulture, $"{status}:{signal}") : null;

    /// <summary>What sacct writes where no node was given; <see cref="Hostlist"/> would read two names in the first.</summary>
    private static bool NoNodes(ReadOnlySpan<char> text) => text is "None assigned" or "" or "None" or "Unknown" or "(null)" or "N/A";

    private static bool Time(ReadOnlySpan<char> text, out long? ms)
    {
        ms = null;
        if (text is "Unknown" or "None" or "" or "N/A" or "0")
            return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < MinSeconds or > MaxSeconds)
            return false;
        ms = seconds * 1000;
        return true;
    }
}
