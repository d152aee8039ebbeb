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

    public static void Bound<T>(this CommandResult result, Option<T> option, double least, double most)
    {
        if (!result.TryTyped(option, out var value))
            return;
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (!(number >= least && number <= most))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value}: expected {least} to {most}"));
    }
}
