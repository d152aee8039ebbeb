using System.CommandLine;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary>The options that say which data: <c>--data</c>, <c>--part</c>, <c>--from</c>, <c>--until</c>, <c>--cadence</c>.</summary>
/// <param name="part">Of NodeSentry's layout, where nothing else is asked for: what is judged must not have been learned from.</param>
internal sealed class DataArguments(string part)
{
    private readonly Option<string> _data = new("--data") { Description = "folder with a recording, or in NodeSentry's layout", Required = true };
    private readonly Option<string> _part = new("--part") { Description = "of NodeSentry's layout: Train, Test or Both; a recording has no parts", DefaultValueFactory = _ => part };
    private readonly Option<string?> _from = new("--from") { Description = "segments that start at or after this: unix seconds, ISO 8601, or a share 0..1 of the recording" };
    private readonly Option<string?> _until = new("--until") { Description = "segments that start before this" };
    private readonly Option<string?> _cadence = new("--cadence") { Description = "spacing of frames, e.g. 1s, 15s; without it their median" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_data, _part, _from, _until, _cadence])
            command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var option in (Option<string?>[])[_from, _until])
            {
                if (result.GetValue(option) is { } text && !TimePoint.TryParse(text, out _))
                    result.AddError($"{option.Name} '{text}': expected unix seconds, ISO 8601, or a share between 0 and 1");
            }
            if (result.TryTyped(_part, out var word) && word is not ("Train" or "Test" or "Both"))
                result.AddError($"--part '{word}': expected Train, Test or Both");
            if (result.GetValue(_cadence) is { } span && !(DurationText.TryParse(span, out var cadence) && cadence.TotalMilliseconds is >= 10 and <= 3_600_000))
                result.AddError($"--cadence '{span}': expected a duration from 10ms to 1h");
        });
    }

    public IRecording Open(ParseResult parsed, Catalogue catalogue)
    {
        long? cadence = parsed.GetValue(_cadence) is { } text && DurationText.TryParse(text, out var span) ? (long)span.TotalMilliseconds : null;
        return DataFolder.Open(parsed.GetRequiredValue(_data), new DataOptions
        {
            Catalogue = catalogue,
            CadenceMs = cadence,
            Part = parsed.GetRequiredValue(_part) is var wanted and not "Both" ? wanted : null,
        });
    }

    /// <exception cref="BadDataException">Nothing can lie between the two.</exception>
    public TimeRange Range(ParseResult parsed)
    {
        var range = new TimeRange(Point(parsed.GetValue(_from)), Point(parsed.GetValue(_until)));
        // A time and a share can be compared only within a recording; there an empty selection is refused.
        if (range.From?.UnixMs >= range.Until?.UnixMs || range.From?.Share >= range.Until?.Share)
            throw new BadDataException($"--from {parsed.GetValue(_from)} is not before --until {parsed.GetValue(_until)}: nothing lies between them; exchange them");
        return range;
    }

    private static TimePoint? Point(string? text) => text is not null && TimePoint.TryParse(text, out var point) ? point : null;
}
