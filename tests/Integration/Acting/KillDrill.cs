using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tocsin.Integration.Acting;

/// <summary>A node falls ill with a job on it, or with none, and an operator approves each action as it is proposed; the daemon is killed at a step of the first action of each kind
/// that is planned, and started again. Until all of these have ended.</summary>
/// <param name="plan">By kind the step.</param>
internal sealed class KillDrill(ActingSite site, string node, JobFolder? job, string? jobId, IReadOnlyDictionary<string, string> plan)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly Dictionary<string, (long Id, string Was, Stopwatch Since)> _killed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KillOutcome> _outcomes = new(StringComparer.Ordinal);
    private int _ranBefore, _requeuesBefore;
    private bool _over;

    public async Task<IReadOnlyList<KillOutcome>> RunAsync(NodeFault fault)
    {
        var before = (await site.ActionsAsync()).Select(Id).DefaultIfEmpty().Max();
        (_ranBefore, _requeuesBefore) = (site.Slow!.Ran.Count, await RequeuesAsync());
        fault.Eat(job is null ? "600M" : "400M");
        var clock = Stopwatch.StartNew();
        while (_outcomes.Count < plan.Count)
        {
            var actions = (await site.ActionsAsync()).Where(a => Id(a) > before && (Text(a, "node") == node || (jobId is not null && Text(a, "job") == jobId))).ToList();
            if (clock.Elapsed > Limit)
                throw new TimeoutException($"{string.Join(", ", plan.Keys.Except(_outcomes.Keys))}: not ended within {Limit}: {string.Join('\n', actions.Select(a => a.ToJsonString()))}");
            foreach (var action in actions)
                await StepAsync(action);
            // The fault is over as soon as nothing more is to be seen of its work.
            if (!_over && IsLeft(actions))
            {
                _over = true;
                fault.Over();
                if (jobId is not null)
                    await site.Slurm.RunAsync("scancel", jobId);
            }
            await Task.Delay(200);
        }
        return [.. plan.Keys.Select(k => _outcomes[k])];
    }

    private async Task StepAsync(JsonNode action)
    {
        var (id, kind, state) = (Id(action), Text(action, "kind"), Text(action, "state"));
        if (state == "proposed" && action["approved"]?.GetValue<bool>() == false)
        {
            if (plan.TryGetValue(kind, out var step) && !_killed.ContainsKey(kind))
                _killed[kind] = await KillAsync(KillStep.Of(kind, step, jobId, node), action);
            else
                await site.ApproveAsync(action);
        }
        else if (state is not ("proposed" or "approved" or "started") && _killed.TryGetValue(kind, out var killed) && killed.Id == id && !_outcomes.ContainsKey(kind))
        {
            _outcomes[kind] = new KillOutcome(kind, plan[kind], id, killed.Was, state, Text(action, "says"), await EffectsAsync(kind, id), killed.Since.Elapsed.TotalSeconds);
        }
    }

    private async Task<(long, string, Stopwatch)> KillAsync(KillStep step, JsonNode action)
    {
        if (step.When is { } when)
        {
            site.Slow!.Hold(when, step.Pattern, step.Program, step.Skip);
            await site.ApproveAsync(action);
            await site.Slow.HeldAsync();
        }
        var was = Text((await site.ActionsAsync()).First(a => Id(a) == Id(action)), "state");
        await site.KillDaemonAsync();
        var since = Stopwatch.StartNew();
        if (step.When is not null)
            await site.Slow!.OverAsync();
        await site.StartDaemonAsync();
        return (Id(action), was, since);
    }

    private bool IsLeft(List<JsonNode> actions) =>
        plan.Keys.Where(k => k != "undrain").All(_outcomes.ContainsKey)
        && actions.Any(a => Text(a, "kind") == "drain" && Text(a, "state") == "done")
        && !actions.Any(a => Text(a, "state") is "proposed" or "approved" or "started");

    /// <summary>By Slurm's own log: the reason that names the action; a requeue and a resume name none, but each kind is killed once in a drill.</summary>
    private async Task<int> EffectsAsync(string kind, long id) => kind switch
    {
        "drain" => Regex.Count(SlurmctldLog, $@"node {node} reason set to: tocsin:{id}\b"),
        "requeue" => await RequeuesAsync() - _requeuesBefore,
        "undrain" => site.Slow!.Ran.Skip(_ranBefore).Count(r => r == $"scontrol update NodeName={node} State=RESUME"),
        _ => site.Slow!.Ran.Skip(_ranBefore).Count(r => r.StartsWith("scancel --signal", StringComparison.Ordinal)),
    };

    /// <summary>Of this job, as Slurm counts its restarts.</summary>
    private async Task<int> RequeuesAsync() =>
        jobId is null ? 0 : Regex.Match(await site.Slurm.RunAsync("scontrol", "--oneliner", "show", "job", jobId), @"Restarts=(\d+)") is { Success: true } m ? int.Parse(m.Groups[1].Value) : 0;

    private string SlurmctldLog => File.ReadAllText(Path.Combine(site.Slurm.Folder, "log", "slurmctld.log"));

    private static long Id(JsonNode action) => action["id"]!.GetValue<long>();

    private static string Text(JsonNode action, string field) => action[field]?.GetValue<string>() ?? "";
}
