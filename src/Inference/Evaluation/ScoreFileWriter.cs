using System.Globalization;
using System.Text;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Evaluation;

/// <summary>Writes score files into one folder, one a segment: under a temporary name first, renamed when complete, so that a reader never sees half a file.</summary>
public sealed class ScoreFolder
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="DependencyException">The folder cannot be made.</exception>
    public ScoreFolder(string path)
    {
        Path = path;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"folder for scores '{path}' cannot be made: {e.Message}; name a folder that can be written", e);
        }
    }

    public string Path { get; }

    /// <param name="job">The segment's job id. Ids repeat; the second file of the same node and id gets <c>~&lt;start in unix seconds&gt;</c>.</param>
    /// <param name="extraColumns">Names of other methods' scores, see <see cref="ScoreFile.BaselineColumns"/>.</param>
    public ScoreFileWriter Open(string node, string job, long startMs, params IReadOnlyList<string> extraColumns)
    {
        var name = ScoreFileName.For(node, job);
        for (var n = 0; !_taken.Add(name); n++)
            name = ScoreFileName.For(node, $"{job}~{startMs / 1000}{(n == 0 ? "" : "~" + n)}");
        return new ScoreFileWriter(System.IO.Path.Combine(Path, name), extraColumns);
    }
}

/// <summary>One score file. <see cref="Complete"/> makes it appear; without it <see cref="Dispose"/> leaves nothing behind.</summary>
public sealed class ScoreFileWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly int _extra;
    private readonly StreamWriter _out;
    private readonly StringBuilder _line = new(200);
    private long _lastMs = long.MinValue;
    private bool _done;

    internal ScoreFileWriter(string path, IReadOnlyList<string> extraColumns)
    {
        _path = path;
        _temporary = path + ".part";
        _extra = extraColumns.Count;
        try
        {
            _out = new StreamWriter(_temporary, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
            _out.WriteLine(string.Join(',', ScoreFile.Columns.Concat(extraColumns)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    /// <param name="label">1 = fault, 0 = normal, null = unknown.</param>
    /// <param name="extra">One value per extra column; NaN = not scored.</param>
    public void Append(NodeScore score, byte? label, params ReadOnlySpan<float> extra)
    {
        if (score.TimeMs <= _lastMs)
            throw new ArgumentException($"frame at {score.TimeMs} ms does not come after the one at {_lastMs} ms", nameof(score));
        if (extra.Length != _extra)
            throw new ArgumentException($"{extra.Length} extra values for {_extra} columns", nameof(extra));
        _lastMs = score.TimeMs;
        _line.Clear().Append(ScoreFile.FormatTime(score.TimeMs)).Append(',');
        Number(score.Score);
        _line.Append(',');
        Number(score.Threshold);
        _line.Append(',').Append(score.Alarm && float.IsFinite(score.Score) ? '1' : '0').Append(',').Append(label?.ToString(CultureInfo.InvariantCulture)).Append(',');
        TopMetrics(score.Top);
        foreach (var value in extra)
        {
            _line.Append(',');
            Number(value);
        }
        try
        {
            _out.Write(_line.Append('\n'));
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    public void Complete()
    {
        try
        {
            _out.Dispose();
            File.Move(_temporary, _path, overwrite: true);
            _done = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    public void Dispose()
    {
        if (_done)
            return;
        try
        {
            _out.Dispose();
        }
        catch (IOException)
        {
            // The disk is full and buffered lines cannot go out; the file is thrown away anyway.
        }
        File.Delete(_temporary);
        _done = true;
    }

    private void Number(float value)
    {
        if (float.IsFinite(value))
            _line.Append(CultureInfo.InvariantCulture, $"{value:R}");
    }

    /// <summary><c>"name:0.41;name:0.2"</c>; always quoted, and what would end a field, a pair or a line within a name becomes <c>_</c>.</summary>
    private void TopMetrics(IReadOnlyList<MetricShare> top)
    {
        if (top.Count == 0)
            return;
        _line.Append('"');
        for (var i = 0; i < top.Count; i++)
        {
            if (i > 0)
                _line.Append(';');
            foreach (var c in top[i].Metric)
                _line.Append(c is '"' or ';' or ':' || char.IsControl(c) ? '_' : c);
            _line.Append(CultureInfo.InvariantCulture, $":{top[i].Share:0.###}");
        }
        _line.Append('"');
    }

    private DependencyException Failed(Exception e) =>
        new($"score file '{_path}' cannot be written: {e.Message}; free space or name another folder", e);
}
