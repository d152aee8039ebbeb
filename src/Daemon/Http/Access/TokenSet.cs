using System.Security.Cryptography;
using System.Text;

namespace Tocsin.Daemon.Http.Access;

/// <summary>Who may do what, by the SHA-256 of what is shown. Tokens themselves are not kept.</summary>
internal sealed class TokenSet
{
    public const int MinLength = 16;
    public const int MaxLength = 512;
    public const int MaxTokens = 1000;

    private const int MaxName = 64;

    private readonly Entry[] _tokens;

    private TokenSet(Entry[] tokens) => _tokens = tokens;

    public int Count => _tokens.Length;

    /// <summary>Null where no such token is known. Every token is compared, each in constant time: how long it takes tells nothing of how near a guess was.</summary>
    public TokenHolder? Find(string token)
    {
        if (token.Length is < 1 or > MaxLength)
            return null;
        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var roles = Roles.None;
        Entry? first = null;
        foreach (var entry in _tokens)
        {
            var same = CryptographicOperations.FixedTimeEquals(entry.Hash, shown);
            roles |= same ? entry.Roles : Roles.None;
            first ??= same ? entry : null;
        }
        return first is null ? null : new TokenHolder(roles, first.Name ?? $"token-{Convert.ToHexStringLower(first.Hash.AsSpan(0, 4))}", first.User);
    }

    /// <summary>Lines <c>role[,role] token</c> or <c>role[,role] sha256:64 hex digits</c>, each with <c>name=WHO</c> after it, or <c>user=USER</c>: who has it sees
    /// that user's jobs and nothing else. <c>#</c> begins a line of words.</summary>
    /// <param name="problems">One line each, with the line's number and never its text: that is the secret.</param>
    public static TokenSet Parse(IEnumerable<string> lines, string file, List<string> problems)
    {
        var tokens = new List<Entry>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0 || words[0][0] == '#')
                continue;
            var problem = words.Length is < 2 or > 4 ? $"{words.Length} words, expected 'role[,role] token', then name=WHO or user=USER" : Read(words, tokens);
            if (problem is not null)
                problems.Add($"tokens.file: {file}:{number}: {problem}");
        }
        if (tokens.Count == 0 && problems.Count == 0)
            problems.Add($"tokens.file: {file}: no token in it: expected lines of 'role[,role] token'");
        if (tokens.Count > MaxTokens)
            problems.Add($"tokens.file: {file}: {tokens.Count} tokens, expected at most {MaxTokens}");
        return new TokenSet([.. tokens]);
    }

    private static string? Read(string[] words, List<Entry> into)
    {
        var (token, roles) = (words[1], Roles.None);
        foreach (var word in words[0].Split(','))
        {
            var role = word switch { "read" => Roles.Read, "ingest" => Roles.Ingest, "operate" => Roles.Operate, _ => Roles.None };
            if (role == Roles.None)
                return "no such role; expected read, ingest, operate, with commas between them";
            roles |= role;
        }
        string? name = null, user = null;
        foreach (var word in words[2..])
        {
            var (key, value) = word.IndexOf('=') is > 0 and var at ? (word[..at], word[(at + 1)..]) : (word, "");
            if (value.Length is 0 or > MaxName || value.Any(char.IsControl))
                return $"expected name=WHO or user=USER of 1 to {MaxName} characters after the token";
            if (key == "name" && name is null)
                name = value;
            else if (key == "user" && user is null)
                user = value;
            else
                return "expected name=WHO or user=USER after the token, each once";
        }
        if (user is not null && roles != Roles.Read)
            return "user= is for tokens with the role read alone";
        const string prefix = "sha256:";
        if (token.StartsWith(prefix, StringComparison.Ordinal))
        {
            var hex = token[prefix.Length..];
            if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
                return "expected 64 hex digits after sha256:";
            into.Add(new Entry(Convert.FromHexString(hex), roles, name, user));
            return null;
        }
        if (token.Length is < MinLength or > MaxLength)
            return $"a token of {token.Length} characters, expected {MinLength} to {MaxLength}";
        into.Add(new Entry(SHA256.HashData(Encoding.UTF8.GetBytes(token)), roles, name, user));
        return null;
    }

    private sealed record Entry(byte[] Hash, Roles Roles, string? Name, string? User);
}

/// <param name="Name">As the file says; where it does not, the first digits of the token's SHA-256.</param>
/// <param name="User">Whose jobs may be seen, and nothing else; null = everything that the roles allow.</param>
internal sealed record TokenHolder(Roles Roles, string Name, string? User);
