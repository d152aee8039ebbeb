using Tocsin.Daemon.Serve;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Privacy;

public sealed class UserNamesSpec : IDisposable
{
    private static readonly KeyedNames Keyed = new([.. Enumerable.Range(0, KeyedNames.KeyBytes).Select(i => (byte)i)]);

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-names-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_name_is_the_first_48_bits_of_its_HMAC_with_its_kind_in_front()
    {
        // hmac.new(bytes(range(32)), b'user\0mira', hashlib.sha256).hexdigest()[:12], by Python.
        Assert.Equal("user-e67310b76150", Keyed.Of("user", "mira"));
        Assert.Equal("node-5eb852982dba", Keyed.Of("node", "mira"));
    }

    [Fact]
    public void What_is_stored_is_the_hash_and_its_user_alone_is_known_again_by_it()
    {
        var users = new UserNames(Keyed, hashes: true);
        var stored = users.Stored([Event("mira"), Event("ada"), Event(null)]);
        Assert.Equal([Keyed.Of("user", "mira"), Keyed.Of("user", "ada"), null], stored.Select(e => e.User));
        Assert.True(users.IsOf(stored[0].User, "mira"));
        Assert.False(users.IsOf(stored[1].User, "mira"));
        Assert.False(users.IsOf(stored[2].User, "mira"));
        // Of before hashes were.
        Assert.True(users.IsOf("mira", "mira"));
    }

    [Fact]
    public void Who_calls_himself_like_a_hash_is_shown_nobody_else_s_jobs()
    {
        var users = new UserNames(Keyed, hashes: true);
        var hers = users.Stored("mira");
        Assert.False(users.IsOf(hers, hers));
        Assert.True(users.IsOf(users.Stored(hers), hers));
    }

    [Fact]
    public void Plain_stays_plain() => Assert.Equal("mira", UserNames.Plain.Stored([Event("mira")]).Single().User);

    [Fact]
    public void The_key_is_made_once_for_this_user_alone_and_what_is_no_key_is_refused()
    {
        var file = Path.Combine(_folder, UserNames.KeyFile);
        var first = KeyedNames.LoadOrMake(file).Of("user", "mira");
        Assert.Equal(first, KeyedNames.LoadOrMake(file).Of("user", "mira"));
        Assert.NotEqual(first, KeyedNames.LoadOrMake(file + "2").Of("user", "mira"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.WriteAllText(file, "half");
        Assert.Contains("4 bytes", Assert.Throws<BadDataException>(() => KeyedNames.LoadOrMake(file)).Message);
        Assert.Throws<DependencyException>(() => KeyedNames.LoadOrMake(Path.Combine(_folder, "nowhere", "key")));
    }

    private static JobEvent Event(string? user) => new() { Source = JobEventSource.Hook, JobId = "1", JobName = "a", User = user, StartMs = 1, State = JobState.Running, AsOfMs = 1, NodeList = "n1", NodeCount = 1 };
}
