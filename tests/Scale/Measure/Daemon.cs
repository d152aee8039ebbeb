using System.Diagnostics;
using System.Text;
using Tocsin.Scale.Load;

namespace Tocsin.Scale.Measure;

/// <summary><c>tocsin serve</c> in a process and a folder of its own, with its defaults.</summary>
internal sealed class Daemon : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly StringBuilder _said = new();
    private readonly Process _process;

    public Daemon(LoadOptions options)
    {
        Directory.CreateDirectory(options.Folder);
        Data = Path.Combine(options.Folder, "data");
        var config = Path.Combine(options.Folder, "tocsin.yaml");
        File.WriteAllText(config, $"cluster: scale\ndata: '{Data}'\ncadence: {options.Cadence.TotalSeconds}s\nlisten: {{address: '127.0.0.1:0'}}\n{(options.Library is null ? "" : $"library: '{Path.GetFullPath(options.Library)}'\n")}");
        var start = options.Tocsin.EndsWith(".dll", StringComparison.Ordinal) ? new ProcessStartInfo("dotnet", [options.Tocsin]) : new ProcessStartInfo(options.Tocsin);
        foreach (var word in (string[])["serve", "--config", config])
            start.ArgumentList.Add(word);
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_said)
                _said.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    public string Data { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Where it listens, once it is ready.</summary>
    public async Task<Uri> ReadyAsync()
    {
        using var client = new HttpClient();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < StartLimit && !HasExited; await Task.Delay(100))
        {
            var said = Said;
            var at = said.IndexOf("listening on ", StringComparison.Ordinal) + "listening on ".Length;
            if (at < "listening on ".Length || said.IndexOfAny(['\n', ','], at) < 0)
                continue;
            var address = new Uri(said[at..said.IndexOfAny(['\n', ','], at)].Trim());
            using var answer = await client.GetAsync(new Uri(address, "/-/ready"));
            if (answer.IsSuccessStatusCode)
                return address;
        }
        throw new InvalidOperationException($"tocsin was not ready:\n{Said}");
    }

    /// <summary>SIGTERM; the exit status.</summary>
    public int Stop()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])!;
        kill.WaitForExit();
        return _process.WaitForExit(TimeSpan.FromSeconds(60)) ? _process.ExitCode : -1;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
