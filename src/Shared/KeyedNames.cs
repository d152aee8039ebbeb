using System.Security.Cryptography;
using System.Text;

namespace Tocsin.Shared;

/// <summary>Names that stand for others: HMAC-SHA256 of a name under a key, 48 bits of it. The same key and name give the same; without the key nobody can try a list of names.</summary>
/// <remarks>Of 10,000 names two are alike with a probability of 2 in 10 million.</remarks>
public sealed class KeyedNames
{
    public const int KeyBytes = 32;

    private const int NameBytes = 6;

    private readonly byte[] _key;

    public KeyedNames(byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes, nameof(key));
        _key = key;
    }

    /// <summary>With a key that nobody keeps: names within one run are the same, and that is all.</summary>
    public static KeyedNames Once() => new(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <returns><c>user-3f9a1c20beef</c>. A name that looks like one is a name as any other: who calls himself so gets another one.</returns>
    /// <param name="kind">What it is, in front of it; a user and a node of one name get two.</param>
    public string Of(string kind, string name)
    {
        var hash = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{kind}\0{name}"));
        return $"{kind}-{Convert.ToHexStringLower(hash.AsSpan(0, NameBytes))}";
    }

    /// <summary>The key in the file; where there is none, a new one that this user alone can read.</summary>
    /// <exception cref="BadDataException">What stands there is no key.</exception>
    /// <exception cref="DependencyException">It cannot be read or written.</exception>
    public static KeyedNames LoadOrMake(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                using (var file = new FileStream(path + ".new", options))
                {
                    file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
                    file.Flush(flushToDisk: true);
                }
                File.Move(path + ".new", path);
            }
            var key = File.ReadAllBytes(path);
            return key.Length == KeyBytes ? new KeyedNames(key) : throw new BadDataException($"'{path}' has {key.Length} bytes, expected a key of {KeyBytes}: bring it back from a backup, or delete it and names get new ones");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"the key '{path}' cannot be read or written: {e.Message}", e);
        }
    }
}
