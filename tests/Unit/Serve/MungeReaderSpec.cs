using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http.Access;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Unit.Serve;

public sealed class MungeReaderSpec : IDisposable
{
    private const string Good = "MUNGE:AwQFAAC+o68rvCXi:";

    private readonly List<CommandLimits> _ran = [];
    private readonly MungeReader _reader;
    private Func<Task<CommandOutcome>> _answer = () => Task.FromResult(Printed("STATUS:          0\nUID:             1000\nLENGTH:          5\n\nhello"));

    public MungeReaderSpec() => _reader = new MungeReader(new MungeOptions("unmunge", "/run/s", TimeSpan.FromSeconds(5)), (command, _) =>
    {
        _ran.Add(command);
        return _answer();
    });

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task Who_signed_what_is_read()
    {
        Assert.Equal(new MungeAnswer(200, 1000, "hello", null), await _reader.ReadAsync(Good, default));
        Assert.Equal(Good + "\n", _ran.Single().Input);
        Assert.Equal(["--numeric", "--keys=STATUS,UID,LENGTH", "--socket=/run/s"], _ran.Single().Arguments);
    }

    [Theory]
    [InlineData(15, 401, "expired")]
    [InlineData(16, 401, "future")]
    [InlineData(17, 401, "used before")]
    [InlineData(18, 401, "may not be read")]
    [InlineData(8, 401, "broken")]
    [InlineData(14, 401, "broken")]
    [InlineData(6, 503, "cannot be asked")]
    [InlineData(7, 503, "cannot be asked")]
    public async Task Each_no_of_munge_is_told_apart(int code, int status, string word)
    {
        _answer = () => Task.FromResult(new CommandOutcome("", $"unmunge ended with {code}: x", false) { ExitCode = code });
        var answer = await _reader.ReadAsync(Good, default);
        Assert.Equal(status, answer.Status);
        Assert.Contains(word, answer.Problem);
    }

    [Fact]
    public async Task A_munge_that_does_not_answer_in_time_is_no_refusal()
    {
        _answer = () => Task.FromResult(new CommandOutcome("", "unmunge did not end within 5 s", true));
        Assert.Equal(503, (await _reader.ReadAsync(Good, default)).Status);
    }

    [Theory]
    [InlineData("STATUS: 0\nUID: 1000\nLENGTH: 5\n")]
    [InlineData("STATUS: 0\nUID: root\nLENGTH: 5\n\nhello")]
    [InlineData("STATUS: 17\nUID: 0\nLENGTH: 5\n\nhello")]
    [InlineData("UID: 0\nLENGTH: 5\n\nhello")]
    [InlineData("")]
    public async Task What_is_not_as_munge_prints_it_lets_nobody_in(string printed)
    {
        _answer = () => Task.FromResult(Printed(printed));
        Assert.Equal(503, (await _reader.ReadAsync(Good, default)).Status);
    }

    [Fact]
    public async Task A_payload_cannot_pass_for_metadata()
    {
        const string hostile = "UID: 0\n\nUID: 0\n";
        _answer = () => Task.FromResult(Printed($"STATUS: 0\nUID: 1000\nLENGTH: {hostile.Length}\n\n{hostile}"));
        Assert.Equal(new MungeAnswer(200, 1000, hostile, null), await _reader.ReadAsync(Good, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MUNGE::x")]
    [InlineData("MUNGE:abc")]
    [InlineData("munge:abc:")]
    [InlineData("MUNGE:a c:")]
    [InlineData("MUNGE:a\nMUNGE:b:")]
    [InlineData("MUNGE:$(reboot):")]
    public async Task What_is_no_credential_starts_no_program(string text)
    {
        Assert.Equal(401, (await _reader.ReadAsync(text, default)).Status);
        Assert.Equal(401, (await _reader.ReadAsync($"MUNGE:{new string('a', MungeReader.MaxLength)}:", default)).Status);
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task More_than_may_wait_are_sent_away_and_no_more_than_four_programs_run()
    {
        var held = new TaskCompletionSource<CommandOutcome>();
        _answer = () => held.Task;
        var asked = Enumerable.Range(0, 100).Select(_ => _reader.ReadAsync(Good, default)).ToArray();
        Assert.Equal(4, _ran.Count);
        Assert.Equal(32, asked.Count(a => a.IsCompleted));
        Assert.All(asked.Where(a => a.IsCompleted), a => Assert.Equal(503, a.Result.Status));
        _answer = () => Task.FromResult(Printed("STATUS: 0\nUID: 1\nLENGTH: 0\n\n"));
        held.SetResult(Printed("STATUS: 0\nUID: 1\nLENGTH: 0\n\n"));
        Assert.Equal(68, (await Task.WhenAll(asked)).Count(a => a.Status == 200));
    }

    private static CommandOutcome Printed(string output) => new(output, null, false) { ExitCode = 0 };
}
