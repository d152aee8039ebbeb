using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tocsin.Daemon.Commands;

/// <summary>For validators, which run beside the parser's own checks: what is not of its option's type throws when it is asked for.</summary>
internal static class OptionChecks
{
    /// <summary>False where the option was not given, or what was given is not of its type; the parser tells that itself.</summary>
    public static bool TryTyped<T>(this CommandResult result, Option<T> option, out T value)
    {
        value = default!;
        if (result.GetResult(option) is not { Tokens.Count: > 0 })
            return false;
        try
        {
            value = result.GetValue(option)!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A word of an enum, as the API writes it.</summary>
    public static void OneOf<T>(CommandResult result, string name, IReadOnlyList<Token>? given)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().Select(v => Http.Schema.Word(v)).ToList();
        if (given is [{ Value: var word }, ..] && !words.Contains(word))
            result.AddError($"{name} '{OneLine.Of(word)}': expected one of {string.Join(", ", words)}");
    }

    public static void Bound<T>(this CommandResult result, Option<T> option, double least, double most)
    {
        if (!result.TryTyped(option, out var value))
            return;
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (!(number >= least && number <= most))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value}: expected {least} to {most}"));
    }
}
