using Tocsin.Daemon.Commands;

namespace Tocsin.Unit.Options;

public sealed class CommandsTableSpec
{
    [Fact]
    public void The_table_of_the_operators_page_lists_every_command_with_the_words_of_its_help()
    {
        var rows = File.ReadLines(Path.Combine(SharedData.Root, "docs", "OPERATIONS.md"))
            .SkipWhile(l => l != "## The commands").Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal)).Where(l => l.StartsWith("| `tocsin ", StringComparison.Ordinal));
        Assert.Equal(AllCommands.Root().Subcommands.Where(c => !c.Hidden).Select(c => $"| `tocsin {c.Name}` | {c.Description} |"), rows);
    }
}
