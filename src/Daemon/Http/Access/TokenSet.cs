using System.Security.Cryptography;
using System.Text;

namespace Tocsin.Daemon.Http.Access;

/// <summary>Who may do what, by the SHA-256 of what is shown. Tokens themselves are not kept.</summary>
internal sealed class TokenSet
{
    public const int MinLength = 16;
    public const int MaxLength = 512;
    public const int MaxTokens = 1000;

    private readonly (byte[] Hash, Roles Roles)[] _tokens;

    private TokenSet((byte[], Roles)[] tokens) => _tokens = tokens;

    public int Count => _tokens.Length;

    /// <summary>Null where no such token is known. Every token is compared, each in constant time: how long it takes tells nothing of how near a guess was.</summary>
    public Roles? Find(string token)
    {
        if (token.Length is < 1 or > MaxLength)
            return null;
        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var roles = Roles.None;
        var known = false;
        foreach (var (hash, its) in _tokens)
        {
            var same = CryptographicOperations.FixedTimeEquals(hash, shown);
            roles |= same ? its : Roles.None;
            known |= same;
        }
        return known ? roles : null;
    }

    /// <summary>Lines <c>role[,role] token</c> or <c>role[,role] sha256:64 hex digits</c>; <c>#</c> begins a line of words.</summary>
    /// <param name="problems">One line each, with the line's number and never its text: that is the secret.</param>
    public static TokenSet Parse(IEnumerable<string> lines, string file, List<string> problems)
    {
        var tokens = new List<(byte[], Roles)>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0 || words[0][0] == '#')
                continue;
            var problem = words.Length != 2 ? $"{words.Length} words, expected 'role[,role] token'" : Read(words[0], words[1], tokens);
            if (problem is not null)
                problems.Add($"tokens.file: {file}:{number}: {problem}");
        }
        if (tokens.Count == 0 && problems.Count == 0)
            problems.Add($"tokens.file: {file}: no token in it: expected lines of 'role[,role] token'");
        if (tokens.Count > MaxTokens)
            problems.Add($"tokens.file: {file}: {tokens.Count} tokens, expected at most {MaxTokens}");
        return new TokenSet([.. tokens]);
    }

    private static string? Read(string roleWords, string token, List<(byte[], Roles)> into)
    {
        var roles = Roles.None;
        foreach (var word in roleWords.Split(','))
        {
            var role = word switch { "read" => Roles.Read, "ingest" => Roles.Ingest, "operate" => Roles.Operate, _ => Roles.None };
            if (role == Roles.None)
                return "no such role; expected read, ingest, operate, with commas between them";
            roles |= role;
        }
        const string prefix = "sha256:";
        if (token.StartsWith(prefix, StringComparison.Ordinal))
        {
            var hex = token[prefix.Length..];
            if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
                return "expected 64 hex digits after sha256:";
            into.Add((Convert.FromHexString(hex), roles));
            return null;
        }
        if (token.Length is < MinLength or > MaxLength)
            return $"a token of {token.Length} characters, expected {MinLength} to {MaxLength}";
        into.Add((SHA256.HashData(Encoding.UTF8.GetBytes(token)), roles));
        return null;
    }
}
