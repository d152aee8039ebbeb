using System.CommandLine;
using Tocsin.Scale.Load;
using Tocsin.Scale.Stream;

var recordTo = new Option<string>("--out") { Description = "folder of the recording", Required = true };
var recordNodes = new Option<int>("--nodes") { DefaultValueFactory = _ => 16 };
var hours = new Option<double>("--hours") { DefaultValueFactory = _ => 3 };
var recording = new Command("record", "writes a recording of a small fleet, for tocsin train") { recordTo, recordNodes, hours };
recording.SetAction(parsed => TrainingRecording.Write(parsed.GetRequiredValue(recordTo), parsed.GetValue(recordNodes), TimeSpan.FromHours(parsed.GetValue(hours))));

var tocsin = new Option<string>("--tocsin") { Description = "the executable, or tocsin.dll", Required = true };
var folder = new Option<string>("--folder") { Description = "empty, for the daemon's data", Required = true };
var library = new Option<string?>("--library") { Description = "what tocsin train wrote; without it nothing is scored" };
var nodes = new Option<int>("--nodes") { DefaultValueFactory = _ => 1000 };
var cadence = new Option<double>("--cadence") { Description = "seconds", DefaultValueFactory = _ => 15 };
var warmup = new Option<double>("--warmup") { Description = "seconds before what is measured", DefaultValueFactory = _ => 60 };
var seconds = new Option<double>("--seconds") { Description = "that are measured", DefaultValueFactory = _ => 600 };
var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 8 };
var batch = new Option<int>("--request-nodes") { Description = "nodes of one request", DefaultValueFactory = _ => 20 };
var ofJob = new Option<int>("--job-nodes") { Description = "nodes of one job", DefaultValueFactory = _ => 16 };
var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
var load = new Command("load", "plays a fleet into tocsin serve at its cadence, and measures") { tocsin, folder, library, nodes, cadence, warmup, seconds, connections, batch, ofJob, json };
load.SetAction(async (parsed, _) =>
{
    var report = await LoadRun.RunAsync(
        new LoadOptions(
            parsed.GetValue(nodes), TimeSpan.FromSeconds(parsed.GetValue(cadence)), TimeSpan.FromSeconds(parsed.GetValue(warmup)), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(connections), parsed.GetValue(batch), parsed.GetValue(ofJob), parsed.GetRequiredValue(tocsin), parsed.GetRequiredValue(folder), parsed.GetValue(library)),
        Console.Error.WriteLine);
    report.Print(Console.Out);
    if (parsed.GetValue(json) is { } file)
        report.Write(file);
    if (report.Status != 0)
        Console.Error.WriteLine(report.Said);
    return report.Status;
});

return await new RootCommand("Load for Tocsin") { recording, load }.Parse(args).InvokeAsync();
