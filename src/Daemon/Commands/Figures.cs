using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary>What a command printed, as numbers, for <c>--json FILE</c>.</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <exception cref="DependencyException">The disk refused.</exception>
    public static void Write(string? path, object figures)
    {
        if (path is null)
            return;
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(figures, Options) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"figures '{path}' cannot be written: {e.Message}; name another file", e);
        }
    }
}
