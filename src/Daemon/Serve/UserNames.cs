using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve;

/// <summary>How users are named in what is stored: by a keyed hash, or as they are. Any thread.</summary>
/// <param name="names">By which hashes are known again; null: there are none.</param>
/// <param name="hashes">What comes is stored by its hash.</param>
internal sealed class UserNames(KeyedNames? names, bool hashes)
{
    /// <summary>In the data folder; made at the first start.</summary>
    public const string KeyFile = "users.key";

    private const string Kind = "user";

    public static UserNames Plain { get; } = new(null, false);

    /// <summary>For the log and all that comes after it.</summary>
    public IReadOnlyList<JobEvent> Stored(IReadOnlyList<JobEvent> events) =>
        !hashes ? events : [.. events.Select(e => string.IsNullOrEmpty(e.User) ? e : e with { User = Stored(e.User) })];

    public string Stored(string user) => hashes && names is not null ? names.Of(Kind, user) : user;

    /// <summary>Whether what is stored is of this user, by the hash or by the name: the option may have been another one when it was stored.</summary>
    public bool IsOf(string? stored, string user) => stored is not null && (stored == names?.Of(Kind, user) || (stored == user && !LooksHashed(user)));

    /// <param name="data">The data folder.</param>
    /// <exception cref="TocsinException">The key there cannot be used.</exception>
    public static UserNames Open(string data, bool hashes)
    {
        var key = Path.Combine(data, KeyFile);
        return new UserNames(hashes || File.Exists(key) ? KeyedNames.LoadOrMake(key) : null, hashes);
    }

    /// <summary>A user who calls himself like a hash must not be shown that one's jobs.</summary>
    private static bool LooksHashed(string user) => user.StartsWith(Kind + "-", StringComparison.Ordinal);
}
