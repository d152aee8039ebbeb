namespace Tocsin.Daemon.Config;

/// <summary>The section <c>privacy</c>.</summary>
/// <param name="HashUsers">What is stored of users are keyed hashes of their names.</param>
internal sealed record PrivacyOptions(bool HashUsers)
{
    public static PrivacyOptions Read(ConfigReader r) => new(r.Choice("user_names", true, ("hashed", true), ("plain", false)));
}
