namespace Tocsin.Unit.Ingest.Slurm;

/// <summary>What Slurm 22.05.8 printed on a cluster of eight virtual nodes, after jobs with hostile names, arrays, heterogeneous jobs, requeues,
/// a killed slurmd and a killed slurmctld.</summary>
internal static class Fixture
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(SharedData.Root, "tests", "Unit", "Ingest", "Slurm", "fixtures", name));

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(SharedData.Root, "tests", "Unit", "Ingest", "Slurm", "fixtures", name));
}
