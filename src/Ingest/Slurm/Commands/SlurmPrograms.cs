namespace Tocsin.Ingest.Slurm.Commands;

/// <summary>Where Slurm's programs are and how they are called.</summary>
/// <param name="Folder">Of sacct, sinfo and scontrol; empty = by PATH.</param>
/// <param name="Configuration">The slurm.conf, as <c>SLURM_CONF</c>; null = Slurm's own default.</param>
public sealed record SlurmPrograms(string Folder = "", string? Configuration = null)
{
    public string Path(string program) => Folder.Length == 0 ? program : System.IO.Path.Combine(Folder, program);

    /// <summary>Times as unix seconds, one language, and nothing of the caller's that changes what the programs print.</summary>
    public IReadOnlyDictionary<string, string?> Environment()
    {
        var environment = new Dictionary<string, string?>
        {
            ["SLURM_TIME_FORMAT"] = "%s",
            ["TZ"] = "UTC",
            ["LC_ALL"] = "C.UTF-8",
            ["SACCT_FORMAT"] = null,
            ["SACCT_FEDERATION"] = null,
            ["SACCT_LOCAL"] = null,
            ["SLURM_BITSTR_LEN"] = null,
            ["SLURM_CLUSTERS"] = null,
            ["SINFO_ALL"] = null,
            ["SINFO_FORMAT"] = null,
            ["SINFO_PARTITION"] = null,
            ["SINFO_SORT"] = null,
            ["SCONTROL_ALL"] = null,
        };
        if (Configuration is not null)
            environment["SLURM_CONF"] = Configuration;
        return environment;
    }
}
