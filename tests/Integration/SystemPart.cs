using System.Diagnostics;
using Xunit.Abstractions;

namespace Tocsin.Integration;

/// <summary>A real server that a test needs: started on loopback, waited for, killed at the end.</summary>
internal sealed class SystemPart : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _said = [];
    private bool _ended;

    private SystemPart(string path, IEnumerable<string> words)
    {
        _process = Process.Start(new ProcessStartInfo(path, words) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        foreach (var reading in (Action[])[_process.BeginErrorReadLine, _process.BeginOutputReadLine])
            reading();
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
    }

    public int Id => _process.Id;

    /// <summary>Whether it is there. With CI=true a part that is not is a failure; else the test leaves itself out.</summary>
    public static bool IsThere(string path, string package, ITestOutputHelper output)
    {
        if (File.Exists(path))
            return true;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{path} is not installed");
        output.WriteLine($"left out: {path} is not installed (Debian package {package})");
        return false;
    }

    /// <summary>Started, and answering 2xx at <paramref name="ready"/>.</summary>
    public static async Task<SystemPart> StartAsync(string path, Uri ready, params string[] words)
    {
        var part = new SystemPart(path, words);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            await Waiting.ForAsync(async () =>
            {
                Assert.False(part._process.HasExited, $"{path} ended: {part.Said}");
                try
                {
                    using var answer = await http.GetAsync(ready);
                    return answer.IsSuccessStatusCode;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            }, $"{path} at {ready}");
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    /// <summary>The last lines of its log.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said.TakeLast(20));
        }
    }

    /// <summary>May be called twice: a test may end a part before its own end.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_said)
            _said.Add(line);
    }
}
