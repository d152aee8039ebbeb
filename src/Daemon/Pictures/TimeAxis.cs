using System.Globalization;

namespace Tocsin.Daemon.Pictures;

internal enum TimeLabels
{
    /// <summary>Since the left edge: m:ss, h:mm:ss from an hour on.</summary>
    Relative = 0,

    /// <summary>HH:MM:SS, with the day where the picture spans more than one.</summary>
    Utc = 1,
}

/// <summary>Unix milliseconds along x.</summary>
/// <param name="ToMs">Exclusive and later than <paramref name="FromMs"/>.</param>
internal sealed record TimeAxis(long FromMs, long ToMs, Box Area, TimeLabels Labels)
{
    private const long Second = 1000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly long[] Steps =
    [
        100, 200, 500, Second, 2 * Second, 5 * Second, 10 * Second, 15 * Second, 30 * Second, Minute, 2 * Minute, 5 * Minute, 10 * Minute, 15 * Minute,
        30 * Minute, Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 7 * Day, 14 * Day, 30 * Day, 90 * Day, 365 * Day,
    ];

    private double Length => (double)ToMs - FromMs;

    public double X(long timeMs) => Area.X + (((double)timeMs - FromMs) / Length * Area.Width);

    /// <summary>The smallest step whose ticks are at least <paramref name="gap"/> pixels apart.</summary>
    public long Step(double gap)
    {
        var least = Length * gap / Area.Width;
        foreach (var step in Steps)
        {
            if (step >= least)
                return step;
        }
        return (long)Math.Min(Scale.NiceStep(least / (365.0 * Day)) * 365 * Day, long.MaxValue / 4);
    }

    /// <summary>Times that are multiples of the step since the left edge, or since midnight UTC.</summary>
    public IEnumerable<long> Ticks(long step)
    {
        var origin = Labels == TimeLabels.Relative ? FromMs : 0;
        var first = (double)origin + (Math.Ceiling(((double)FromMs - origin) / step) * step);
        for (var k = 0; k < 4 * Area.Width; k++)
        {
            var at = first + ((double)k * step);
            if (at > ToMs)
                yield break;
            yield return (long)at;
        }
    }

    /// <summary>Between labels, so that none touches the next.</summary>
    public long LabelStep => Step(Labels == TimeLabels.Relative && Length < Hour ? 58 : Length < Day ? 84 : 104);

    public string Label(long timeMs)
    {
        if (Labels == TimeLabels.Utc)
            return Moment(timeMs, LabelStep >= Day ? "yyyy-MM-dd" : Length > Day ? "MM-dd HH:mm" : LabelStep < Second ? "HH:mm:ss.f" : "HH:mm:ss");
        var since = timeMs - FromMs;
        var tenths = LabelStep < Second ? $".{since / 100 % 10}" : "";
        if (Length < Hour)
            return $"{since / Minute}:{since / Second % 60:00}{tenths}";
        var clock = $"{since / Hour % 24}:{since / Minute % 60:00}:{since / Second % 60:00}";
        return Length < Day ? clock : LabelStep >= Day ? $"{since / Day} d" : $"{since / Day} d {clock[..^3]}";
    }

    public string Title() => Labels == TimeLabels.Utc
        ? $"time, UTC ({Moment(FromMs, "yyyy-MM-dd")})"
        : $"time since {Moment(FromMs, "yyyy-MM-dd HH:mm:ss")} UTC ({(Length < Hour ? "m:ss" : Length < Day ? "h:mm:ss" : LabelStep >= Day ? "days" : "days h:mm")})";

    /// <summary>Tick marks below <paramref name="y"/>, labels under them.</summary>
    public void Draw(Canvas canvas, int y)
    {
        var step = LabelStep;
        // The largest smaller step that divides it evenly and still leaves room to count.
        var minor = Steps.LastOrDefault(s => s < step && step % s == 0 && s / Length * Area.Width >= 9 && step / s <= 6, step);
        foreach (var at in Ticks(minor))
            canvas.Line(X(at), y, X(at), y + 3, Palette.Frame);
        foreach (var at in Ticks(step))
        {
            canvas.Line(X(at), y, X(at), y + 5, Palette.Soft);
            var half = Lettering.Small.Measure(Label(at)) / 2.0;
            Lettering.Small.Draw(canvas, Math.Min(X(at), canvas.Width - half - 2), y + 7 + Lettering.Small.CapHeight, Label(at), Palette.Ink, 0.5);
        }
    }

    private static string Moment(long timeMs, string format) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timeMs, -62_135_596_800_000, 253_402_300_799_999)).ToString(format, CultureInfo.InvariantCulture);
}
