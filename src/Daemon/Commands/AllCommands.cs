using System.CommandLine;

namespace Tocsin.Daemon.Commands;

/// <summary>Every command, in the order of <c>tocsin --help</c> and of the table in docs/OPERATIONS.md.</summary>
internal static class AllCommands
{
    public static RootCommand Root() => new("Tocsin watches the compute nodes of an HPC cluster, learns what each kind of job looks like from inside a node, and says when a node leaves that pattern.")
    {
        DemoCommand.Create(),
        TrainCommand.Create(),
        DetectCommand.Create(),
        EvalCommand.Create(),
        RecordCommand.Create(),
        ReplayCommand.Create(),
        BackfillCommand.Create(),
        InitCommand.Create(),
        CheckCommand.Create(),
        ServeCommand.Create(),
        VerdictCommand.Create(),
        ActionsCommand.Create(),
        HoldCommand.Create(),
        ModelCommand.Create(),
        ReportCommand.Create(),
        BacktestCommand.Create(),
        SimulateCommand.Create(),
        BenchCommand.Create(),
    };
}
