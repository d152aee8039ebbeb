using System.Globalization;
using System.Text;
using Tocsin.Shared;

namespace Tocsin.Inference.Evaluation;

/// <summary>The layout of a score file, and its reader. One CSV a segment: <see cref="Columns"/>, then any number of further columns,
/// each a score of another method (empty = not scored); columns that hold no numbers are passed over.</summary>
public static class ScoreFile
{
    /// <summary>Names of the baselines' columns, in the order in which detection writes them.</summary>
    public static readonly IReadOnlyList<string> BaselineColumns = ["base_mean_z", "base_max_z", "base_pca", "base_pattern_z"];

    internal static readonly string[] Columns = ["timestamp", "score", "threshold", "alarm", "label", "top_metrics"];

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int MaxLine = 1 << 16;
    private const int MaxExtra = 64;
    private const int MaxFrames = 50_000_000;

    public static string FormatTime(long timeMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>All score files of a folder in the order of their names, or the one file that <paramref name="path"/> names.</summary>
    /// <exception cref="BadDataException">Nothing there, or a file that is not a score file; the message names file and line.</exception>
    public static IEnumerable<ScoreSegment> ReadAll(string path)
    {
        if (File.Exists(path))
            return [Read(path)];
        if (!Directory.Exists(path))
            throw new BadDataException($"scores '{path}' are neither a folder nor a file; expected what 'tocsin detect --scores' wrote");
        var files = Directory.GetFiles(path, "*" + ScoreFileName.Extension);
        if (files.Length == 0)
            throw new BadDataException($"folder '{path}' holds no score file; expected <node>_<job>.csv as 'tocsin detect --scores' writes them");
        Array.Sort(files, StringComparer.Ordinal);
        return files.Select(Read);
    }

    /// <exception cref="BadDataException">Not a score file; the message names file, line and what was expected.</exception>
    public static ScoreSegment Read(string path)
    {
        var name = Path.GetFileName(path);
        if (!ScoreFileName.TryParse(name, out var node, out var job))
            throw new BadDataException($"score file '{name}' is not named <node>_<job>.csv; rename it or take it out of the folder");
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            return new Parser(name, reader).Parse(node, job);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"score file '{name}' cannot be read: {e.Message}", e);
        }
    }

    private sealed class Parser(string name, TextReader reader)
    {
        private readonly List<long> _times = [];
        private readonly List<double> _scores = [];
        private readonly List<double> _thresholds = [];
        private readonly List<bool> _alarms = [];
        private readonly List<sbyte> _labels = [];
        private readonly List<string> _fields = [];
        private int _line;

        public ScoreSegment Parse(string node, string job)
        {
            if (!ReadFields())
                throw Bad("the file is empty", "a header: " + string.Join(',', Columns));
            for (var i = 0; i < Columns.Length; i++)
            {
                if (i >= _fields.Count || _fields[i] != Columns[i])
                    throw Bad(i < _fields.Count ? $"column {i + 1} is '{Shown(_fields[i])}'" : $"column {i + 1} is missing", $"'{Columns[i]}' there");
            }
            var extra = _fields.Skip(Columns.Length).Select(n => (Name: n, Values: (List<double>?)[])).ToArray();
            if (extra.Length > MaxExtra)
                throw Bad($"{extra.Length} columns after the known ones", $"at most {MaxExtra}");
            while (ReadFields())
                Row(extra);
            return new ScoreSegment
            {
                Node = node,
                Job = job,
                TimesMs = [.. _times],
                Scores = [.. _scores],
                Thresholds = [.. _thresholds],
                Alarms = [.. _alarms],
                Labels = [.. _labels],
                Extra = [.. extra.Where(e => e.Values is not null).Select(e => new ScoreColumn(e.Name, [.. e.Values!]))],
            };
        }

        private void Row((string Name, List<double>? Values)[] extra)
        {
            if (_fields.Count != Columns.Length + extra.Length)
                throw Bad($"{_fields.Count} fields", $"{Columns.Length + extra.Length} as in the header");
            if (_times.Count == MaxFrames)
                throw Bad("more frames than are taken", $"at most {MaxFrames} a file");
            if (!DateTime.TryParseExact(_fields[0], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
                throw Bad($"timestamp '{Shown(_fields[0])}'", "ISO 8601 in UTC with milliseconds, e.g. 2026-11-21T10:00:00.123Z");
            var timeMs = new DateTimeOffset(time).ToUnixTimeMilliseconds();
            if (_times.Count > 0 && timeMs <= _times[^1])
                throw Bad($"timestamp {_fields[0]} is not after {FormatTime(_times[^1])}", "strictly increasing times");
            _times.Add(timeMs);
            _scores.Add(Number(1));
            _thresholds.Add(Number(2));
            _alarms.Add(_fields[3] switch
            {
                "0" => false,
                "1" => true,
                var other => throw Bad($"alarm '{Shown(other)}'", "0 or 1"),
            });
            _labels.Add(_fields[4] switch
            {
                "" => -1,
                "0" => 0,
                "1" => 1,
                var other => throw Bad($"label '{Shown(other)}'", "0, 1 or nothing"),
            });
            for (var i = 0; i < extra.Length; i++)
            {
                var column = Columns.Length + i;
                // A foreign text column is no score: it is passed over from its first word on.
                if (extra[i].Values is { } values)
                {
                    if (TryNumber(_fields[column], out var value))
                        values.Add(value);
                    else if (extra[i].Name.StartsWith("base_", StringComparison.Ordinal))
                        throw Bad($"{extra[i].Name} '{Shown(_fields[column])}'", "a finite number or nothing");
                    else
                        extra[i].Values = null;
                }
            }
        }

        private double Number(int column) =>
            TryNumber(_fields[column], out var value) ? value : throw Bad($"{Columns[column]} '{Shown(_fields[column])}'", "a finite number or nothing");

        private static bool TryNumber(string field, out double value)
        {
            value = double.NaN;
            return field.Length == 0 || (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value));
        }

        private bool ReadFields()
        {
            var line = reader.ReadLine();
            if (line is null)
                return false;
            _line++;
            if (line.Length > MaxLine)
                throw Bad($"a line of {line.Length} characters", $"at most {MaxLine}");
            _fields.Clear();
            var at = 0;
            while (true)
            {
                if (at < line.Length && line[at] == '"')
                    at = Quoted(line, at + 1);
                else
                {
                    var end = line.IndexOf(',', at);
                    end = end < 0 ? line.Length : end;
                    _fields.Add(line[at..end]);
                    at = end;
                }
                if (at >= line.Length)
                    return true;
                if (line[at] != ',')
                    throw Bad("text after a closing quote", "a comma or the end of the line");
                at++;
            }
        }

        private int Quoted(string line, int at)
        {
            var text = new StringBuilder();
            for (; at < line.Length; at++)
            {
                if (line[at] != '"')
                    text.Append(line[at]);
                else if (at + 1 < line.Length && line[at + 1] == '"')
                    text.Append(line[at++]);
                else
                {
                    _fields.Add(text.ToString());
                    return at + 1;
                }
            }
            throw Bad("a quote that is never closed", "'\"' at the end of the field");
        }

        private static string Shown(string field)
        {
            var cut = field.Length <= 40 ? field : field[..40] + "...";
            return string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c));
        }

        private BadDataException Bad(string what, string expected) =>
            new($"score file '{name}', line {_line}: {what}; expected {expected}");
    }
}
