using Tocsin.Daemon.Serve;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http.Access;

/// <summary>The tokens of a file, read anew when it changes. A file that cannot be read leaves the last good ones in force: taking a token away needs a good file.</summary>
internal sealed class TokenFile
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private const int MaxBytes = 1 << 20;

    private readonly string _path;
    private readonly OwnLog _log;
    private readonly TimeProvider _clock;
    private readonly Lock _reading = new();
    private volatile TokenSet _tokens;
    private (DateTime, long) _seen;
    private long _lookAt;

    /// <exception cref="BadDataException">It cannot be used at start; each problem is a line.</exception>
    public TokenFile(string path, OwnLog log, TimeProvider clock)
    {
        (_path, _log, _clock) = (path, log, clock);
        var problems = new List<string>();
        _seen = Stamp();
        _tokens = Load(problems);
        if (problems.Count > 0)
            throw new BadDataException(string.Join('\n', problems));
        _lookAt = clock.GetTimestamp();
        WarnIfOpen();
    }

    public TokenSet Current
    {
        get
        {
            if (_clock.GetElapsedTime(Interlocked.Read(ref _lookAt)) >= LookEvery)
                Reload(force: false);
            return _tokens;
        }
    }

    /// <param name="force">Also where its time and length are as they were: asked for by SIGHUP.</param>
    public void Reload(bool force)
    {
        lock (_reading)
        {
            if (!force && _clock.GetElapsedTime(Interlocked.Read(ref _lookAt)) < LookEvery)
                return;
            Interlocked.Exchange(ref _lookAt, _clock.GetTimestamp());
            var stamp = Stamp();
            if (!force && stamp == _seen)
                return;
            _seen = stamp;
            var problems = new List<string>();
            var tokens = Load(problems);
            if (problems.Count == 0)
            {
                _tokens = tokens;
                _log.Info("tokens", $"read again: {tokens.Count} tokens");
                WarnIfOpen();
                return;
            }
            foreach (var problem in problems.Take(5))
                _log.Error("tokens", $"{problem}; the tokens of before stay in force");
        }
    }

    private TokenSet Load(List<string> problems)
    {
        var name = Path.GetFileName(_path);
        try
        {
            if (new FileInfo(_path).Length is > MaxBytes and var length)
                problems.Add($"tokens.file: {name}: {length} bytes, expected at most {MaxBytes}");
            else
                return TokenSet.Parse(File.ReadAllLines(_path), name, problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"tokens.file: '{_path}' cannot be read: {e.Message}");
        }
        return TokenSet.Parse([], name, problems);
    }

    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private void WarnIfOpen()
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            _log.Warning("tokens", $"{_path} can be read by every user of this machine: chmod 640 it");
    }
}
