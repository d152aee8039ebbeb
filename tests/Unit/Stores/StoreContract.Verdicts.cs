using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_verdict_is_kept_under_the_next_number_with_what_was_undone_told_and_muted()
    {
        var given = VerdictRulesSpec.Of(VerdictWord.False, VerdictScope.Node) with { Note = "why", UntilMs = 500 };
        using (var store = Open())
        {
            await EpochAsync(store, Shard);
            Assert.Equal(1, await store.AddVerdictAsync(given with { Number = 77 }));
            Assert.Equal(2, await store.AddVerdictAsync(given with { Word = VerdictWord.Fault, UntilMs = null, Alert = new AlertId("c1", 2) }));
            Assert.Equal([2, 1], Numbers(store, new VerdictQuery(Untold: true)));
            await store.ToldVerdictAsync(1, undone: false);
            Assert.Equal([2], Numbers(store, new VerdictQuery(Untold: true)));
            await store.UndoVerdictAsync(1, 300, "eve");
            await store.UndoVerdictAsync(1, 400, "bob");
            Assert.Equal([2, 1], Numbers(store, new VerdictQuery(Untold: true)));
            await store.ToldVerdictAsync(1, undone: true);
            await store.ToldVerdictAsync(1, undone: false);
            Assert.IsType<Committed>(await store.CommitAsync(Step(1, 1) with { Verdicts = [new VerdictTally(1, 3, 250), new VerdictTally(9, 1, 1)] }));
        }
        using var again = Open();
        var kept = again.Verdict(1)!;
        Assert.Equal((true, 3L, 250L), (kept.Told, kept.Muted, kept.MutedMs));
        Assert.Equal(given with { UndoneMs = 300, UndoneBy = "eve", Nodes = [], Patterns = [], Signs = [] }, kept.Verdict with { Nodes = [], Patterns = [], Signs = [] });
        Assert.Equal((given.Nodes.Single(), given.Patterns.Single(), given.Signs.Single() with { Top = [] }), (kept.Verdict.Nodes.Single(), kept.Verdict.Patterns.Single(), kept.Verdict.Signs.Single() with { Top = [] }));
        Assert.Equal(given.Signs[0].Top, kept.Verdict.Signs[0].Top);
        Assert.Null(again.Verdict(3));
        Assert.Equal(3, await again.AddVerdictAsync(given));
    }

    [Fact]
    public async Task Verdicts_are_found_by_alert_word_and_whether_they_stand()
    {
        using var store = Open();
        var given = VerdictRulesSpec.Of(VerdictWord.False, VerdictScope.Node);
        await store.AddVerdictAsync(given with { UntilMs = 500 });
        await store.AddVerdictAsync(given);
        await store.AddVerdictAsync(given with { Word = VerdictWord.Fault, Alert = new AlertId("c1", 2) });
        await store.UndoVerdictAsync(2, 100, "eve");
        Assert.Equal([3, 2, 1], Numbers(store, new VerdictQuery()));
        Assert.Equal([3, 1], Numbers(store, new VerdictQuery(Standing: true, StandingMs: 499)));
        Assert.Equal([3], Numbers(store, new VerdictQuery(Standing: true, StandingMs: 500)));
        Assert.Equal([2, 1], Numbers(store, new VerdictQuery(Standing: false, StandingMs: 500)));
        Assert.Equal([3], Numbers(store, new VerdictQuery(Word: VerdictWord.Fault)));
        Assert.Equal([2, 1], Numbers(store, new VerdictQuery([given.Alert])));
        Assert.Equal([1], Numbers(store, new VerdictQuery([given.Alert, new AlertId("hall", 2)], Before: 2)));
        Assert.Equal([3, 2], Numbers(store, new VerdictQuery([given.Alert, new AlertId("c1", 2)], Limit: 2)));
        Assert.Empty(Numbers(store, new VerdictQuery([])));
    }

    private static long[] Numbers(IStore store, VerdictQuery query) => [.. store.Verdicts(query).Select(v => v.Verdict.Number)];
}
