using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Tocsin.Daemon.Config;

namespace Tocsin.Daemon.Serve;

/// <summary>One line each: time, level, component, message. Bounded: a component that says more than its rate is counted instead, and the count is told.</summary>
internal sealed class OwnLog(TextWriter to, OwnLogOptions options, TimeProvider clock)
{
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<(string, LogLevel), Allowance> _allowances = new();

    /// <summary>Lines that were left out.</summary>
    public long Suppressed => _allowances.Values.Sum(a => Interlocked.Read(ref a.Suppressed));

    public bool Enabled(LogLevel level) => level >= options.Level && level != LogLevel.None;

    public void Info(string component, string message) => Write(LogLevel.Information, component, message);

    public void Warning(string component, string message) => Write(LogLevel.Warning, component, message);

    public void Error(string component, string message) => Write(LogLevel.Error, component, message);

    public void Write(LogLevel level, string component, string message)
    {
        if (!Enabled(level))
            return;
        var now = clock.GetUtcNow();
        lock (_writing)
        {
            var allowance = _allowances.GetOrAdd((component, level), _ => new Allowance { Left = 10.0 * options.LinesPerSecond, AtMs = now.ToUnixTimeMilliseconds() });
            var left = allowance.Take(now.ToUnixTimeMilliseconds(), options.LinesPerSecond, out var missed);
            if (!left)
                return;
            if (missed > 0)
                Line(now, level, component, $"{missed} lines left out: more than {options.LinesPerSecond} a second");
            Line(now, level, component, message);
            to.Flush();
        }
    }

    private void Line(DateTimeOffset now, LogLevel level, string component, string message)
    {
        var word = level switch { LogLevel.Trace or LogLevel.Debug => "debug", LogLevel.Information => "info", LogLevel.Warning => "warning", _ => "error" };
        to.Write(new StringBuilder(message.Length + 60).Append(now.ToString("yyyy-MM-ddTHH:mm:ss.fffZ")).Append(' ').Append(word).Append(' ').Append(component).Append(": ").Append(OneLine.Of(message, 2000)).Append('\n'));
    }

    /// <summary>A bucket that fills by the rate and holds ten seconds' worth of it, so that a start may be wordy.</summary>
    private sealed class Allowance
    {
        public double Left;
        public long AtMs;
        public long Suppressed;
        private long _missed;

        public bool Take(long nowMs, int rate, out long missed)
        {
            Left = Math.Min(10.0 * rate, Left + (Math.Max(0, nowMs - AtMs) * rate / 1000.0));
            AtMs = nowMs;
            missed = 0;
            if (Left < 1)
            {
                _missed++;
                Interlocked.Increment(ref Suppressed);
                return false;
            }
            Left--;
            (missed, _missed) = (_missed, 0);
            return true;
        }
    }
}

/// <summary>What the web server says, in the same lines.</summary>
internal sealed class OwnLogProvider(OwnLog log) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(log);

    public void Dispose()
    {
    }

    private sealed class Logger(OwnLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level >= LogLevel.Warning && log.Enabled(level);

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (IsEnabled(level))
                log.Write(level, "http", exception is null ? format(state, null) : $"{format(state, null)} {exception}");
        }
    }
}
