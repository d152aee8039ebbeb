using System.Globalization;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.RemoteWrite;

/// <summary>Keeps a copy of what it was given. Thread-safe.</summary>
internal sealed class KeepingSink : ISampleSink
{
    private readonly List<SampleBatch> _batches = [];

    public AppendResult Next { get; set; } = AppendResult.Done;

    public int Calls { get; private set; }

    public IReadOnlyList<SampleBatch> Batches
    {
        get
        {
            lock (_batches)
                return _batches.ToArray();
        }
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        lock (_batches)
        {
            Calls++;
            if (Next is Appended)
                _batches.AddRange(batches.Select(b => b with { Samples = b.Samples.ToArray() }));
            return ValueTask.FromResult(Next);
        }
    }

    /// <summary><c>c/n1@-1000: name{label=value}=1 ...</c>, times against <paramref name="nowMs"/>.</summary>
    public string[] Text(long nowMs) => Batches.Select(b => $"{b.Node}@{b.TimeMs - nowMs}: {string.Join(' ', b.Samples.Select(Text))}").ToArray();

    private static string Text(Sample sample)
    {
        var labels = string.Join(',', sample.Series.Labels.Select(l => $"{l.Key}={l.Value}"));
        return string.Create(CultureInfo.InvariantCulture, $"{sample.Series.Name}{(labels.Length > 0 ? "{" + labels + "}" : "")}={sample.Value}");
    }
}

internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
