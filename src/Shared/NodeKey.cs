namespace Tocsin.Shared;

/// <summary>A watched compute node: the machine room's name and Slurm's NodeName.</summary>
/// <remarks>Both parts come from outside; they are checked by <see cref="TryParse"/> once, at the border, and are then safe in file names.</remarks>
public readonly record struct NodeKey(string Cluster, string Name)
{
    public const int MaxLength = 255;

    /// <summary>Accepts letters, digits, '.', '-', '_' and ':' (not leading with '.' or '-'), 1..255 characters a part.</summary>
    public static bool TryParse(string cluster, string name, out NodeKey key)
    {
        key = new NodeKey(cluster, name);
        return IsName(cluster) && IsName(name);
    }

    public override string ToString() => $"{Cluster}/{Name}";

    private static bool IsName(string text)
    {
        if (text.Length is 0 or > MaxLength || text[0] is '.' or '-')
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or ':'))
                return false;
        }
        return true;
    }
}
