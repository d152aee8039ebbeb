using System.Globalization;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>Asks <c>sacct</c> for all runs of a window, every user's, requeued ones too; needs no administrator.</summary>
/// <remarks>Text and not <c>--json</c>: 150 bytes a job against 3,400, and the same in every version.</remarks>
public sealed class SacctCommand(SlurmPrograms programs, CommandGate gate, TimeProvider time, Func<string> delimiter) : IAccounting
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    /// <summary>About 400,000 runs.</summary>
    public const int MaxBytes = 64 << 20;

    /// <param name="delimiter">A word that nobody can guess, another one each time (<see cref="SacctText"/>); at least 16 characters.</param>
    public static CommandLimits Build(SlurmPrograms programs, AccountingWindow window, string delimiter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delimiter.Length, 16, nameof(delimiter));
        string[] arguments =
        [
            "-X", "-D", "--allusers", "--parsable2", "--noheader", $"--delimiter={delimiter}", "-o", SacctText.Fields,
            "-S", Time(window.FromMs), "-E", Time(window.UntilMs + 999),
        ];
        return new CommandLimits(programs.Path("sacct"), arguments, programs.Environment(), Limit, MaxBytes);
    }

    public async Task<AccountingAnswer> AskAsync(AccountingWindow window, CancellationToken stop)
    {
        var word = delimiter();
        // Before it is asked: what happens while it answers may be missing.
        var asOf = time.GetUtcNow().ToUnixTimeMilliseconds();
        var outcome = await gate.RunAsync(Build(programs, window, word), stop);
        return outcome.Failure is { } why
            ? new AccountingAnswer.Failed(why, outcome.TooMuch)
            : SacctText.Parse(outcome.Output, word, asOf);
    }

    /// <summary>In UTC, which the command's <c>TZ</c> is; sacct takes no unix time.</summary>
    private static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
