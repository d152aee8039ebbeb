using System.Reflection;

namespace Tocsin.Daemon.Serve;

internal static class Build
{
    /// <summary>Without what source control adds behind a '+'.</summary>
    public static string Version { get; } =
        (typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
