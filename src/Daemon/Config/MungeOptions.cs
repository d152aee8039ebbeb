namespace Tocsin.Daemon.Config;

/// <summary>The <c>slurm.munge</c> section: how it is known which user a job's question comes from.</summary>
/// <param name="Program">unmunge; a name or a path.</param>
/// <param name="Socket">munged's; null = munge's own default.</param>
/// <param name="Limit">For one credential.</param>
internal sealed record MungeOptions(string Program, string? Socket, TimeSpan Limit)
{
    /// <summary>Null: it is off.</summary>
    public static MungeOptions? Read(ConfigReader r)
    {
        var enabled = r.Flag("enabled", false);
        var options = new MungeOptions(
            r.Text("program", "unmunge", "a program")!,
            r.Text("socket", null, "the path of munged's socket"),
            r.Duration("limit", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));
        return enabled ? options : null;
    }
}
