using System.CommandLine;
using System.Globalization;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Ingest.Replay;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin replay</c>: a recording, pushed as if it were live.</summary>
internal static class ReplayCommand
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "folder with a recording", Required = true };
        var speed = new Option<string>("--speed") { Description = "recorded seconds a second, or 'max'", DefaultValueFactory = _ => "1" };
        var to = new Option<string>("--to") { Description = "remote_write address, e.g. http://127.0.0.1:8484/api/v1/write", Required = true };
        var keep = new Option<bool>("--keep-times") { Description = "send the recorded times; without it they are shifted so that the last is sent at its time" };
        var node = new Option<string?>("--node") { Description = "node of scrapes that name none" };
        var token = new Option<string?>("--token-file") { Description = "file with a bearer token" };
        var jobs = new Option<string?>("--jobs-out") { Description = "also write the table of jobs, its times shifted alike, to this file before the first scrape is sent" };
        var json = new Option<string?>("--json") { Description = "also write the counts to this file" };
        var command = new Command("replay", "pushes a recording as if it were live") { data, speed, to, keep, node, token, jobs, json };
        command.Validators.Add(r =>
        {
            if (r.GetResult(speed)?.Tokens is [{ Value: var word }, ..] && !Speed(word, out _))
                r.AddError($"--speed '{word}': expected a number above 0, or 'max'");
            if (r.GetResult(to)?.Tokens is [{ Value: var url }, ..] && !Address(url, out _))
                r.AddError($"--to '{url}': expected an http address, e.g. http://127.0.0.1:8484/api/v1/write, or kafka://...");
        });
        command.SetAction((parsed, stop) =>
        {
            Address(parsed.GetRequiredValue(to), out var url);
            Speed(parsed.GetRequiredValue(speed), out var factor);
            var options = new ReplayOptions { Speed = factor, KeepTimes = parsed.GetValue(keep), NodeName = parsed.GetValue(node) };
            return RunAsync(parsed.GetRequiredValue(data), options, url, new HttpAccess { BearerTokenFile = parsed.GetValue(token) }, parsed.GetValue(jobs), parsed.GetValue(json), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(string folder, ReplayOptions options, Uri url, HttpAccess access, string? jobs, string? json, CancellationToken stop)
    {
        if (url.Scheme == "kafka")
            throw new BadDataException($"--to {url}: this version has no Kafka; give a remote_write address");
        var player = RecordingPlayer.Open(folder, options, TimeProvider.System);
        if (jobs is not null)
            Console.WriteLine($"jobs written: {ShiftedJobs.Write(folder, player.ShiftMs, jobs, player.Nodes.Count == 1 ? player.Nodes.First() : null)}");
        using var sender = new RemoteWriteSender(url, access, AnswerLimit, TimeProvider.System);
        var span = TimeSpan.FromMilliseconds(player.Span.LastMs - player.Span.FirstMs);
        Console.WriteLine($"playing {span.TotalSeconds:0} s of {player.Nodes.Count} {(player.Nodes.Count == 1 ? "node" : "nodes")} to {url.Host}:{url.Port}{(double.IsInfinity(options.Speed) ? "" : $", {span.TotalSeconds / options.Speed:0} s long")}");
        var report = await player.RunAsync(sender, stop);
        RejectionNotes.Print(report.Rejections);
        Console.WriteLine($"scrapes sent: {report.Scrapes}, samples: {report.Samples - sender.Refused}, requests: {sender.Requests}, retries: {report.Retries}");
        Figures.Write(json, new
        {
            scrapes = report.Scrapes,
            samples = report.Samples - sender.Refused,
            refused = sender.Refused,
            given_up = report.GivenUp,
            retries = report.Retries,
            requests = sender.Requests,
            bytes = sender.Bytes,
            shift_ms = player.ShiftMs,
        });
        if (sender.Refused > 0)
            throw new DependencyException($"{sender.Refused} samples were refused ({sender.LastRefusal}); check --to");
        if (report.GivenUp > 0)
            throw new DependencyException($"{report.GivenUp} samples were not taken after {options.Attempts} tries each; is {url.Host}:{url.Port} up?");
        return 0;
    }

    private static bool Address(string text, out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url!) && url.Scheme is "http" or "https" or "kafka" && url.Host.Length > 0;

    private static bool Speed(string text, out double speed)
    {
        speed = double.PositiveInfinity;
        return text == "max" || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out speed) && speed > 0 && double.IsFinite(speed));
    }
}
