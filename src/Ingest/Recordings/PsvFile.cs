using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>A small table with a header line and fields between '|', as Slurm's sacct writes it.</summary>
internal sealed class PsvFile
{
    private const int MaxLine = 1 << 20;
    private const long MaxBytes = 1L << 30;

    private readonly string[] _columns;

    private PsvFile(string name, string[] columns)
    {
        Name = name;
        _columns = columns;
    }

    public string Name { get; }

    public List<(int Line, string[] Fields)> Rows { get; } = [];

    /// <exception cref="BadDataException">A wanted column is missing, or a row has another number of fields than the header.</exception>
    public static PsvFile Read(string path, params string[] wanted)
    {
        var name = Path.GetFileName(path);
        using var file = GzipFile.Open(path);
        if (file.Length > MaxBytes)
            throw new BadDataException($"{name} has {file.Length} bytes: expected a table of at most {MaxBytes}");
        using var reader = new StreamReader(file);
        var header = reader.ReadLine()?.TrimEnd('\r').Split('|') ?? [];
        foreach (var column in wanted)
        {
            if (!header.Contains(column, StringComparer.OrdinalIgnoreCase))
                throw new BadDataException($"{name} has no column '{column}': expected a first line '{string.Join('|', wanted)}'");
        }
        var table = new PsvFile(name, header);
        var number = 1;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (line.Length > MaxLine)
                throw new BadDataException($"{name}, line {number}, is longer than {MaxLine} characters: expected one job a line");
            var fields = line.TrimEnd('\r').Split('|');
            if (fields.Length != header.Length)
                throw new BadDataException($"{name}, line {number}, has {fields.Length} fields: expected {header.Length}, as in its first line");
            table.Rows.Add((number, fields));
        }
        return table;
    }

    /// <summary>Null where there is no such column.</summary>
    public string? Field(string[] row, string column)
    {
        var at = Array.FindIndex(_columns, c => c.Equals(column, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? null : row[at].Trim();
    }

    public BadDataException Bad(int line, string what) => new($"{Name}, line {line}: {what}");
}
