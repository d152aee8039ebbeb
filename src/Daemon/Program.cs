using System.CommandLine;
using Tocsin.Daemon.Commands;
using Tocsin.Shared;

var root = AllCommands.Root();
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        Console.Error.WriteLine($"tocsin: {error.Message}");
    Console.Error.WriteLine("tocsin: see 'tocsin --help'");
    return 2;
}
try
{
    return await Invocation.RunAsync(parsed);
}
catch (OperationCanceledException)
{
    // By Ctrl-C or SIGTERM, and what it was about had no word of its own for that.
    Console.Error.WriteLine("tocsin: stopped before its end");
    return 1;
}
catch (TocsinException failure)
{
    Console.Error.WriteLine($"tocsin: {failure.Message}");
    return 1;
}
