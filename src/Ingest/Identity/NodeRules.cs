using System.Text.RegularExpressions;
using Tocsin.Shared;

namespace Tocsin.Ingest.Identity;

/// <summary>From the labels of a series to the node's name. Used once a series, not once a sample.</summary>
public sealed class NodeRules
{
    public const int MaxRules = 100;

    /// <summary>Longer values of labels fit no rule.</summary>
    private const int MaxValue = 4 * NodeKey.MaxLength;

    private readonly IReadOnlyList<(string Label, Regex Pattern, string Node)> _rules;
    private readonly IReadOnlyList<string> _labels;
    private readonly Regex? _only;
    private readonly bool _stripDomain;

    /// <exception cref="BadDataException">A rule is none; the message names it.</exception>
    public NodeRules(IdentityOptions options)
    {
        if (options.Rules.Count > MaxRules)
            throw new BadDataException($"identity.rules: {options.Rules.Count} rules, expected at most {MaxRules}");
        _rules = options.Rules.Select(r => (r.Label, Compile("identity.rules", r.Pattern), r.Node)).ToArray();
        _only = options.OnlyNodes is null ? null : Compile("identity.onlyNodes", options.OnlyNodes);
        _labels = options.NodeLabels;
        _stripDomain = options.StripDomain;
    }

    /// <summary>Null where <paramref name="node"/> is the node's name; else why there is none.</summary>
    /// <param name="by">The label that named it.</param>
    public string? Name(Func<string, string?> label, out string node, out string by)
    {
        (node, by) = ("", "");
        foreach (var (name, pattern, replacement) in _rules)
        {
            if (label(name) is { } value && Fits(pattern, value) is { Success: true } match)
            {
                (node, by) = (match.Result(replacement), name);
                return Check(node);
            }
        }
        foreach (var name in _labels)
        {
            if (label(name) is { Length: > 0 } value)
            {
                (node, by) = (Host(value), name);
                return Check(node);
            }
        }
        return RejectReasons.NoNode;
    }

    /// <summary><c>cn01.site:9100</c> to <c>cn01</c>; <c>10.0.0.1:9100</c> to <c>10.0.0.1</c>; <c>[fe80::1]:9100</c> to <c>fe80::1</c>; <c>http://cn01:9100/metrics</c> to <c>cn01</c>.</summary>
    public string Host(string target)
    {
        var text = target.AsSpan();
        var scheme = text.IndexOf("://");
        if (scheme >= 0)
            text = text[(scheme + 3)..];
        var slash = text.IndexOf('/');
        if (slash >= 0)
            text = text[..slash];
        if (text.Length > 0 && text[0] == '[' && text.IndexOf(']') is > 1 and var close)
            return text[1..close].ToString();
        var colon = text.LastIndexOf(':');
        // Two colons without brackets: an IPv6 address, which has no port then.
        if (colon > 0 && text[..colon].IndexOf(':') < 0)
            text = text[..colon];
        if (_stripDomain && text.IndexOf('.') is > 0 and var dot && !IsAddress(text))
            text = text[..dot];
        return text.ToString();
    }

    private static bool IsAddress(ReadOnlySpan<char> text) => System.Net.IPAddress.TryParse(text, out _);

    private string? Check(string node)
    {
        if (!NodeKey.TryParse("c", node, out _))
            return RejectReasons.NodeName;
        return _only is not null && Fits(_only, node) is not { Success: true } ? RejectReasons.NotWatched : null;
    }

    private static Match? Fits(Regex pattern, string value) => value.Length > MaxValue ? null : pattern.Match(value);

    private static Regex Compile(string key, string pattern)
    {
        try
        {
            // As in Prometheus, a pattern is anchored at both ends. Its time is bounded by what it is (linear in a bounded text, its automaton bounded by the
            // BCL), not by a clock: a verdict that hung on how busy the machine is would be kept, and be another one after a restart.
            return new Regex($"^(?:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new BadDataException($"{key}: '{pattern}' is no regular expression that runs in linear time: {e.Message}", e);
        }
    }
}
