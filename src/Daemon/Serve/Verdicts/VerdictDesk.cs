using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Verdicts;

/// <summary>Verdicts are kept in the store first, then told to the shards as records of the log, which makes them hold: what lies between the two when the daemon
/// dies is told at its next start. Any thread; one change at a time, so that what a preview saw is what is changed.</summary>
/// <param name="append">Into the log; why it cannot be, null = it is there.</param>
internal sealed class VerdictDesk(Func<IStore> store, Func<Verdict, Task<string?>> append, OwnLog say, TimeProvider clock) : IVerdictDesk, IDisposable
{
    public const int MostStanding = 1000;

    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    private const int MostAlerts = 20_000, Page = 1000;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private volatile bool _untold = true;

    public Task<VerdictAnswer> GiveAsync(AlertId id, VerdictWords words, bool apply, CancellationToken stop) => InTurnAsync(async () =>
    {
        if (store().Alert(id) is not { } alert)
            return VerdictAnswer.No(404, $"there is no alert '{id}'");
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (verdict, problem) = words.On(alert, nowMs);
        if (verdict is null)
            return VerdictAnswer.No(400, problem!);
        var faults = Standing(nowMs, VerdictWord.Fault);
        var preview = VerdictPreview.Of(verdict, AlertsSince(nowMs - (long)Window.TotalMilliseconds), [.. faults.Select(f => f.Verdict)]);
        if (!apply)
            return new VerdictAnswer(200, new StoredVerdict(verdict, false, 0, null), preview, null);
        var own = store().Verdicts(new VerdictQuery([id], Standing: true, StandingMs: nowMs));
        if (own.FirstOrDefault(v => Same(v.Verdict, verdict)) is { } given)
            return new VerdictAnswer(200, given, preview, null);
        if (own.FirstOrDefault(v => v.Verdict.Word == VerdictWord.Fault != (words.Word == VerdictWord.Fault)) is { } other)
            return VerdictAnswer.No(409, $"verdict {other.Verdict.Number} says that {id} is {Http.Schema.Word(other.Verdict.Word)}: undo that first", preview);
        if (preview.Hidden is [var hidden, ..])
            return VerdictAnswer.No(409, $"it would hide {preview.Hidden.Count} confirmed faults, the first of them alert {hidden.Alert} (verdict {hidden.Number}): choose a narrower scope, or undo that first", preview);
        if (store().Verdicts(new VerdictQuery(Standing: true, StandingMs: nowMs, Limit: MostStanding)).Count == MostStanding)
            return VerdictAnswer.No(409, $"{MostStanding} verdicts stand: undo some", preview);
        verdict = verdict with { Number = await store().AddVerdictAsync(verdict).WaitAsync(stop) };
        say.Info("verdicts", $"verdict {verdict.Number} on {id} by {verdict.Who}: {Http.Schema.Word(verdict.Word)}, scope {Http.Schema.Word(verdict.Scope)}; removes {preview.Removed.Count} alerts of {Window.TotalDays:0} days");
        return await TellAsync(verdict, stop) is { } why ? Later(verdict.Number, why) : new VerdictAnswer(200, new StoredVerdict(verdict, true, 0, null), preview, null);
    }, stop);

    public Task<VerdictAnswer> UndoAsync(long number, string who, CancellationToken stop) => InTurnAsync(async () =>
    {
        if (store().Verdict(number) is not { } stored)
            return VerdictAnswer.No(404, $"there is no verdict {number}");
        if (stored.Verdict.UndoneMs is null)
        {
            await store().UndoVerdictAsync(number, clock.GetUtcNow().ToUnixTimeMilliseconds(), who).WaitAsync(stop);
            stored = store().Verdict(number)!;
            say.Info("verdicts", $"verdict {number} on {stored.Verdict.Alert} undone by {who}");
        }
        if (!stored.Told && await TellAsync(stored.Verdict, stop) is { } why)
            return Later(number, why);
        return new VerdictAnswer(200, stored with { Told = true }, null, null);
    }, stop);

    public async ValueTask<IReadOnlyList<StoredVerdict>> FindAsync(VerdictQuery query, CancellationToken stop) => await Task.Run(() => store().Verdicts(query), stop);

    /// <summary>Tells the log again what it did not take, from the start of the daemon on.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (_untold)
                await InTurnAsync(async () => _untold = await TellAllAsync(stop), stop);
            await Task.Delay(RetryEvery, clock, stop);
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <returns>Whether some are left.</returns>
    private async Task<bool> TellAllAsync(CancellationToken stop)
    {
        try
        {
            foreach (var left in store().Verdicts(new VerdictQuery(Untold: true)).Reverse())
            {
                if (await TellAsync(left.Verdict, stop) is not null)
                    return true;
            }
            return false;
        }
        catch (Shared.DependencyException e)
        {
            say.Warning("verdicts", e.Message);
            return true;
        }
    }

    private async Task<string?> TellAsync(Verdict verdict, CancellationToken stop)
    {
        if (await append(verdict) is { } why)
        {
            _untold = true;
            return why;
        }
        await store().ToldVerdictAsync(verdict.Number, verdict.UndoneMs is not null).WaitAsync(stop);
        return null;
    }

    private static VerdictAnswer Later(long number, string why) =>
        VerdictAnswer.No(503, $"verdict {number} is kept, and holds as soon as the log takes it: {why}");

    private static bool Same(Verdict a, Verdict b) => a.Word == b.Word && a.Scope == b.Scope && a.Metric == b.Metric && a.UntilMs == b.UntilMs;

    private IReadOnlyList<StoredVerdict> Standing(long nowMs, VerdictWord word) =>
        store().Verdicts(new VerdictQuery(Word: word, Standing: true, StandingMs: nowMs, Limit: MostStanding));

    private IEnumerable<Alert> AlertsSince(long fromMs)
    {
        long? before = null;
        for (var seen = 0; seen < MostAlerts; seen += Page)
        {
            var page = store().Alerts(new AlertQuery(FromMs: fromMs, Before: before, Limit: Page));
            foreach (var alert in page)
                yield return alert;
            if (page.Count < Page)
                yield break;
            before = page[^1].Id.Number;
        }
    }

    /// <summary>On a thread of the pool: the store waits for the disk.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> change, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return await Task.Run(change, stop);
        }
        finally
        {
            _turn.Release();
        }
    }
}
