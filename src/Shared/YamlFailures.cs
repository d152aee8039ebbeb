namespace Tocsin.Shared;

/// <summary>What YamlDotNet throws, beside its own exception, at text that is no YAML: found by fuzzing ("The scanner should contain no more tokens",
/// "Global tags must be valid URIs"). Of these a filter at a parser's call says "not YAML"; elsewhere they are bugs.</summary>
public static class YamlFailures
{
    public static bool Includes(Exception e) => e is InvalidOperationException or ArgumentException or OverflowException or IndexOutOfRangeException;
}
