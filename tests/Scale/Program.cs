using System.CommandLine;
using Tocsin.Scale.Flood;
using Tocsin.Scale.Load;
using Tocsin.Scale.Stream;

var recordTo = new Option<string>("--out") { Description = "folder of the recording", Required = true };
var recordNodes = new Option<int>("--nodes") { DefaultValueFactory = _ => 16 };
var hours = new Option<double>("--hours") { DefaultValueFactory = _ => 3 };
var recording = new Command("record", "writes a recording of a small fleet, for tocsin train") { recordTo, recordNodes, hours };
recording.SetAction(parsed => TrainingRecording.Write(parsed.GetRequiredValue(recordTo), parsed.GetValue(recordNodes), TimeSpan.FromHours(parsed.GetValue(hours))));

var tocsin = new Option<string>("--tocsin") { Description = "the executable, or tocsin.dll", Required = true };
var folder = new Option<string>("--folder") { Description = "of the server's data; of a load: empty", Required = true };
var library = new Option<string?>("--library") { Description = "what tocsin train wrote; without it nothing is scored" };
var nodes = new Option<int>("--nodes") { DefaultValueFactory = _ => 1000 };
var cadence = new Option<double>("--cadence") { Description = "seconds", DefaultValueFactory = _ => 15 };
var warmup = new Option<double>("--warmup") { Description = "seconds before what is measured", DefaultValueFactory = _ => 60 };
var seconds = new Option<double>("--seconds") { Description = "that are measured", DefaultValueFactory = _ => 600 };
var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 8 };
var batch = new Option<int>("--request-nodes") { Description = "nodes of one request", DefaultValueFactory = _ => 20 };
var split = new Option<int>("--split") { Description = "connections that a node's series are spread over; divides --connections", DefaultValueFactory = _ => 1 };
var ofJob = new Option<int>("--job-nodes") { Description = "nodes of one job", DefaultValueFactory = _ => 16 };
var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
var load = new Command("load", "plays a fleet into tocsin serve at its cadence, and measures") { tocsin, folder, library, nodes, cadence, warmup, seconds, connections, batch, split, ofJob, json };
load.SetAction(async (parsed, _) =>
{
    if (parsed.GetValue(split) < 1 || parsed.GetValue(connections) % parsed.GetValue(split) != 0)
    {
        Console.Error.WriteLine($"--split {parsed.GetValue(split)}: expected a divisor of --connections, {parsed.GetValue(connections)}");
        return 2;
    }
    var report = await LoadRun.RunAsync(
        new LoadOptions(
            parsed.GetValue(nodes), TimeSpan.FromSeconds(parsed.GetValue(cadence)), TimeSpan.FromSeconds(parsed.GetValue(warmup)), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(connections), parsed.GetValue(batch), parsed.GetValue(split), parsed.GetValue(ofJob), parsed.GetRequiredValue(tocsin), parsed.GetRequiredValue(folder), parsed.GetValue(library)),
        Console.Error.WriteLine);
    report.Print(Console.Out);
    if (parsed.GetValue(json) is { } file)
        report.Write(file);
    if (report.Status != 0)
        Console.Error.WriteLine(report.Said);
    return report.Status;
});

var name = new Option<string>("--name") { DefaultValueFactory = _ => "server" };
var url = new Option<string>("--url") { Description = "of remote_write", Required = true };
var process = new Option<int>("--process") { Description = "the server's", Required = true };
var counter = new Option<string>("--counter") { Description = "series of its /metrics that counts the samples it took", Required = true };
var behind = new Option<string?>("--behind") { Description = "gauge of its /metrics that is 0 once all that it took is worked on" };
var kill = new Option<bool>("--kill") { Description = "ends the server with SIGKILL right after its last answer" };
var ticks = new Option<int>("--ticks") { Description = "samples of each series that are timed", DefaultValueFactory = _ => 50 };
var flood = new Command("flood", "sends a fleet's stream as fast as a server takes it") { name, url, process, folder, counter, behind, kill, nodes, ticks, connections, batch };
flood.SetAction(async (parsed, _) =>
{
    var report = await FloodRun.RunAsync(new FloodOptions(
        parsed.GetValue(name)!, new Uri(parsed.GetRequiredValue(url)), parsed.GetValue(process), parsed.GetRequiredValue(folder), parsed.GetRequiredValue(counter),
        parsed.GetValue(behind), parsed.GetValue(kill), parsed.GetValue(nodes), parsed.GetValue(ticks), parsed.GetValue(connections), parsed.GetValue(batch)));
    Console.WriteLine(parsed.GetValue(kill) ? $"{report.Name}: {report.Samples} samples answered 2xx in {report.SendSeconds:F1} s, then SIGKILL" : report.Line);
});

return await new RootCommand("Load for Tocsin") { recording, load, flood }.Parse(args).InvokeAsync();
