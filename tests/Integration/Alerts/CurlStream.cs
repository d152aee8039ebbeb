using System.Diagnostics;
using System.Text.Json;

namespace Tocsin.Integration.Alerts;

/// <summary><c>curl -N</c> on the stream of alerts, and what it wrote.</summary>
internal sealed class CurlStream : IDisposable
{
    public const string Program = "/usr/bin/curl";

    private readonly Process _process;
    private readonly List<(string Change, JsonElement Alert)> _told = [];
    private string _event = "";

    public CurlStream(Uri url)
    {
        _process = Process.Start(new ProcessStartInfo(Program, ["-sN", url.AbsoluteUri]) { RedirectStandardOutput = true })!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
    }

    public IReadOnlyList<(string Change, JsonElement Alert)> Told
    {
        get
        {
            lock (_told)
                return [.. _told];
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line?.StartsWith("event: ", StringComparison.Ordinal) == true)
            _event = line["event: ".Length..];
        if (line?.StartsWith("data: ", StringComparison.Ordinal) != true)
            return;
        lock (_told)
            _told.Add((_event, JsonDocument.Parse(line["data: ".Length..]).RootElement));
    }
}
