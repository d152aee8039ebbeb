using System.Security.Cryptography;
using System.Text;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class TokenSpec : IDisposable
{
    private const string Secret = "a-token-of-23-characters";

    private readonly string _file = Path.GetTempFileName();
    private readonly ManualClock _clock = new();
    private readonly StringWriter _said = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_token_or_its_hash_carries_roles()
    {
        var problems = new List<string>();
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("another-token-hashed")));
        var tokens = TokenSet.Parse(["# words", "", $"read,operate\t{Secret}", $"  ingest   sha256:{hash.ToLowerInvariant()}"], "t", problems);
        Assert.Empty(problems);
        Assert.Equal((Roles.Read | Roles.Operate, Roles.Ingest), (tokens.Find(Secret)!.Roles, tokens.Find("another-token-hashed")!.Roles));
        Assert.Null(tokens.Find(Secret + "x"));
        Assert.Null(tokens.Find(hash));
        Assert.Null(tokens.Find(""));
        Assert.Null(tokens.Find(new string('x', 100_000)));
    }

    [Fact]
    public void A_token_has_a_name_of_its_line_or_of_its_hash_and_may_be_for_one_users_jobs()
    {
        var problems = new List<string>();
        var tokens = TokenSet.Parse([$"operate {Secret} name=ada", "read another-token-0123456789 user=mira", "read,operate third-token-0123456789"], "t", problems);
        Assert.Empty(problems);
        Assert.Equal(new TokenHolder(Roles.Operate, "ada", null), tokens.Find(Secret));
        Assert.Equal("mira", tokens.Find("another-token-0123456789")!.User);
        Assert.Matches("^token-[0-9a-f]{8}$", tokens.Find("third-token-0123456789")!.Name);
    }

    [Theory]
    [InlineData("read supersecrettoken-123 supersecret")]
    [InlineData("read supersecrettoken-123 name=")]
    [InlineData("read supersecrettoken-123 name=a name=b")]
    [InlineData("read,operate supersecrettoken-123 user=a")]
    [InlineData("read")]
    [InlineData("read a b")]
    [InlineData("admin supersecrettoken-123")]
    [InlineData("read,, supersecrettoken-123")]
    [InlineData("read supersecret")]
    [InlineData("read sha256:supersecret")]
    public void What_is_no_token_is_told_by_its_line_and_never_by_its_text(string line)
    {
        var problems = new List<string>();
        TokenSet.Parse(["# words", line], "tokens", problems);
        Assert.StartsWith("tokens.file: tokens:2: ", Assert.Single(problems));
        Assert.DoesNotContain("supersecret", problems[0]);
    }

    [Fact]
    public void A_file_without_tokens_is_refused_for_it_would_lock_everybody_out()
    {
        File.WriteAllText(_file, "# none\n");
        Assert.Contains("no token in it", Assert.Throws<BadDataException>(() => Open()).Message);
        Assert.Contains("cannot be read", Assert.Throws<BadDataException>(() => new TokenFile("/nowhere/tokens", Log(), _clock)).Message);
    }

    [Fact]
    public void A_file_that_is_just_being_written_anew_locks_nobody_out()
    {
        File.WriteAllText(_file, $"read {Secret}\n");
        var tokens = Open();
        File.WriteAllText(_file, "");
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(tokens.Current.Find(Secret));
        Assert.Contains("no token in it", _said.ToString());
    }

    [Fact]
    public void A_changed_file_is_read_again_after_a_moment()
    {
        File.WriteAllText(_file, $"read {Secret}\n");
        var tokens = Open();
        File.WriteAllText(_file, "read another-token-of-more-characters\n");
        Assert.NotNull(tokens.Current.Find(Secret));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(tokens.Current.Find(Secret));
        Assert.NotNull(tokens.Current.Find("another-token-of-more-characters"));
    }

    [Fact]
    public void A_broken_file_leaves_the_tokens_of_before_in_force_and_is_told()
    {
        File.WriteAllText(_file, $"read {Secret}\n");
        var tokens = Open();
        File.WriteAllText(_file, "nonsense\n");
        tokens.Reload(force: true);
        Assert.NotNull(tokens.Current.Find(Secret));
        Assert.Contains("error tokens: tokens.file: ", _said.ToString());
        File.Delete(_file);
        tokens.Reload(force: true);
        Assert.NotNull(tokens.Current.Find(Secret));
    }

    [Fact]
    public void A_file_that_everybody_can_read_is_warned_of()
    {
        File.WriteAllText(_file, $"read {Secret}\n");
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Open();
        Assert.Contains("can be read by every user", _said.ToString());
    }

    private TokenFile Open() => new(_file, Log(), _clock);

    private OwnLog Log() => new(_said, new OwnLogOptions { LinesPerSecond = 100 }, _clock);
}
