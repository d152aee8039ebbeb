using System.Text;
using Tocsin.Ingest.Slurm.Events;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Bodies of <c>POST /api/v1/jobs/events</c>: events, each with its reason where it is none, or a refusal in one line.</summary>
internal static class JobEventFuzz
{
    private const long NowMs = 1_795_253_095_000;

    private static readonly byte[] Valid = """
        [{"event":"start","jobId":"81","jobName":"lammps","user":"ada","submit":1795250000,"start":1795250010,"nodes":"cn[01-04]","state":"RUNNING"},
         {"event":"end","source":"hook","jobId":"70_3","jobNameHex":"6c61","start":1795250010,"time":1795250900,"nodes":["cn05","cn06"],"state":"COMPLETED"},
         {"source":"accounting","jobId":12,"start":1795250010,"end":"2026-11-21T08:00:00Z","nodes":"cn07"}]
        """u8.ToArray();

    private static readonly string[] Spice = ["{", "}", "[", "]", ",", ":", "null", "1e400", "-1", "\"\\ud800\"", "\"nodes\":\"x[1-65000]\"", "\"jobId\":7", "[[[[[", "\n", "\0", "9223372036854775808", "\"start\":\"2026-11-21T00:00:00\"", "true"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var body = random.Next(4) switch
        {
            0 => Mutations.Noise(random, 300),
            1 => Encoding.UTF8.GetBytes(Mutations.Spice(random, Valid, Spice)),
            _ => Mutations.Damage(random, Valid),
        };
        var batch = JobEventJson.Parse(body, NowMs);
        if (batch.Refused?.Any(char.IsControl) == true || batch.Items.Any(i => i.Event is null == i.Error is null || i.Error?.Any(char.IsControl) == true))
            throw new InvalidOperationException("an item that is neither an event nor refused in one line");
    }
}
