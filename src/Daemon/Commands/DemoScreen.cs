using System.Diagnostics;

namespace Tocsin.Daemon.Commands;

/// <summary>Where the demo's lines go: in colour and at a pace where a person watches, plain and at once where the output goes elsewhere.</summary>
internal sealed class DemoScreen(bool colours)
{
    /// <summary>Of the whole replay on a terminal, whatever its length.</summary>
    private static readonly TimeSpan Replay = TimeSpan.FromSeconds(8);

    private const int MostLines = 600;

    /// <summary>The clock ticks on a thread of its own; a line is written whole.</summary>
    private static readonly Lock Writing = new();

    private static bool Watched => !Console.IsOutputRedirected;

    public static DemoScreen ForConsole(bool noColour) =>
        new(!noColour && Watched && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public static void Heading(string text)
    {
        Console.WriteLine();
        Console.WriteLine(text);
    }

    /// <summary>Runs work that takes long, with a clock beside it on a terminal.</summary>
    public static T Busy<T>(Stopwatch clock, string what, Func<T> work)
    {
        if (!Watched)
            return work();
        using var timer = new Timer(_ => Tick($"\r  {what} ... {clock.Elapsed.TotalSeconds:0} s"), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        try
        {
            return work();
        }
        finally
        {
            using var ended = new ManualResetEvent(false);
            if (timer.Dispose(ended))
                ended.WaitOne();
            Wipe();
        }
    }

    /// <summary>A line that stays, while <see cref="Busy{T}"/> shows its clock.</summary>
    public static void Note(string text)
    {
        lock (Writing)
        {
            if (Watched)
                Wipe();
            Console.WriteLine($"  {text}");
        }
    }

    public void Play(DemoStory story)
    {
        var events = story.Events;
        var span = events.Count == 0 ? 0 : events[^1].TimeMs - story.FirstMs;
        var clock = Stopwatch.StartNew();
        foreach (var told in events.Take(MostLines))
        {
            if (Watched && span > 0 && Replay * ((told.TimeMs - story.FirstMs) / (double)span) - clock.Elapsed is { Ticks: > 0 } wait)
                Thread.Sleep(wait);
            Console.WriteLine($"  {story.Clock(told.TimeMs),7}  {Paint(told.Kind, $"{Word(told.Kind),-6}")}  {told.Text}");
        }
        if (events.Count > MostLines)
            Console.WriteLine($"  ... and {events.Count - MostLines} lines more");
    }

    private string Paint(DemoKind kind, string text)
    {
        var code = kind switch
        {
            DemoKind.Alarm => "1;34",
            DemoKind.Fault => "33",
            DemoKind.Over => "32",
            DemoKind.False => "35",
            DemoKind.Missed => "31",
            _ => "2",
        };
        return colours ? $"\e[{code}m{text}\e[0m" : text;
    }

    private static string Word(DemoKind kind) => kind switch
    {
        DemoKind.Alarm => "ALARM",
        DemoKind.Fault => "fault",
        DemoKind.Over => "over",
        DemoKind.False => "FALSE",
        DemoKind.Missed => "MISSED",
        _ => "job",
    };

    private static void Tick(string text)
    {
        lock (Writing)
            Console.Write(text);
    }

    private static void Wipe() => Console.Write("\r" + new string(' ', 60) + "\r");
}
