using System.Security.Cryptography;
using System.Text;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared;

namespace Tocsin.Actors.Alerts.Shard;

/// <summary>Under which names the rows of the book are kept.</summary>
internal static class BookRowNames
{
    public const string Finding = "f/", Alert = "a/", Flap = "c/", Node = "n/", Verdict = "v/";

    /// <summary>What the store takes as a name.</summary>
    private const int Most = 200;

    public static string Of(FindingKey key) => Short(Finding, $"{key.Node.Cluster}/{key.Node.Name}/{(int)key.Source}/{key.Rule}");

    public static string Of(long alert) => Alert + alert.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string OfVerdict(long number) => Verdict + number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string Of(CauseKey key) => Short(Flap, $"{(int)key.Class}/{(int)key.Scope}/{key.Name}");

    public static string Of(NodeKey key) => Short(Node, $"{key.Cluster}/{key.Name}");

    /// <summary>The row itself says what it is of; its name has only to be its own.</summary>
    private static string Short(string kind, string name) =>
        kind.Length + name.Length <= Most ? kind + name : $"{kind}#{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";
}
