using System.Text.Json.Nodes;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>kill -9 of the daemon in the middle of a drain on a real Slurm: its command goes on without it, and the next one finds out what came of it before it does anything.</summary>
[Collection(SlurmTests.Name)]
public sealed class KilledDaemonSpec(ITestOutputHelper output)
{
    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_drain_that_was_begun_has_one_effect_is_found_and_is_taken_back_and_an_operators_is_not(string when)
    {
        if (ActingSite.IsLeftOut(output, JobKind.Counter))
            return;
        await using var site = await ActingSite.StartAsync(slow: true);
        try
        {
            await DrainAsync(site, when);
        }
        catch (Exception)
        {
            output.WriteLine(await site.StoryAsync());
            throw;
        }
    }

    private async Task DrainAsync(ActingSite site, string when)
    {
        var slurm = site.Slurm;
        await slurm.RunAsync("scontrol", "update", "nodename=n006", "state=drain", "reason=tocsin: swap the DIMM");
        site.Slow!.Hold(when, "State=DRAIN");
        using var fault = new NodeFault(slurm, "n008");
        fault.Eat("600M");
        await site.Slow.HeldAsync();
        var begun = await ReasonAsync(slurm, "n008");
        Assert.Equal(when == "before" ? "none" : "tocsin:1", begun);
        await site.KillDaemonAsync();
        // The program that it began is its own: it ends whenever it ends.
        await Waiting.ForAsync(async () => await ReasonAsync(slurm, "n008") == "tocsin:1", "the command to end without the daemon");
        await site.StartDaemonAsync();

        var drain = await EndAsync(site, "drain");
        Assert.Equal((1L, "done", "n008"), (drain["id"]!.GetValue<long>(), Text(drain, "state"), Text(drain, "node")));
        Assert.Contains("observed", Text(drain, "says"));
        fault.Over();
        var undrain = await EndAsync(site, "undrain");
        Assert.Equal(("done", "n008"), (Text(undrain, "state"), Text(undrain, "node")));
        await slurm.WaitIdleAsync("n008");
        var actions = await site.ActionsAsync();
        output.WriteLine(string.Join('\n', actions.Select(a => a.ToJsonString())));
        Assert.Equal(["drain", "undrain"], actions.Select(a => Text(a, "kind")));
        // Whatever its reason looks like: it is an operator's.
        Assert.Equal("tocsin: swap the DIMM", await ReasonAsync(slurm, "n006"));
    }

    private static async Task<JsonNode> EndAsync(ActingSite site, string kind)
    {
        JsonNode? found = null;
        await Waiting.ForAsync(async () => (found = (await site.ActionsAsync()).FirstOrDefault(a => Text(a, "kind") == kind && Text(a, "state") is not ("proposed" or "approved" or "started"))) is not null, $"the {kind} to end", TimeSpan.FromMinutes(4));
        return found!;
    }

    private static async Task<string> ReasonAsync(SlurmCluster slurm, string node) => (await slurm.RunAsync("sinfo", "-h", "-N", "-n", node, "-o", "%E")).Trim();

    private static string Text(JsonNode action, string field) => action[field]?.GetValue<string>() ?? "";
}
