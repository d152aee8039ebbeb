using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_label_is_kept_under_the_next_number_found_by_node_and_time_and_undone_once()
    {
        var label = new Label { Node = new NodeKey("c1", "n1"), FromMs = 100, UntilMs = 200, Fault = FaultKind.Memory, Who = "ada", Note = "a DIMM", GivenMs = 300 };
        using (var store = Open())
        {
            Assert.Equal(1, await store.AddLabelAsync(label with { Number = 77 }));
            Assert.Equal(2, await store.AddLabelAsync(label with { Node = new NodeKey("c1", "n2"), Fault = null }));
            await store.UndoLabelAsync(2, 400, "eve");
            await store.UndoLabelAsync(2, 500, "bob");
        }
        using var again = Open();
        Assert.Equal(label with { Number = 1 }, Assert.Single(again.Labels(new LabelQuery())));
        Assert.Equal((400L, "eve"), (Assert.Single(again.Labels(new LabelQuery(Standing: false))) is var undone ? undone.UndoneMs : null, undone.UndoneBy));
        Assert.Equal(2, again.Labels(new LabelQuery(Standing: null)).Count);
        Assert.Empty(again.Labels(new LabelQuery(FromMs: 200)));
        Assert.Empty(again.Labels(new LabelQuery(UntilMs: 100)));
        Assert.Single(again.Labels(new LabelQuery(FromMs: 199, UntilMs: 200, Fault: true, Node: label.Node)));
        Assert.Empty(again.Labels(new LabelQuery(Fault: false)));
        Assert.Empty(again.Labels(new LabelQuery(Before: 1)));
    }

    [Fact]
    public async Task What_a_version_was_made_of_stays_with_it()
    {
        using var store = Open();
        await store.PutLibraryAsync(new LibraryRow(1, "one", null, "joined by ada"));
        await store.PutLibraryAsync(new LibraryRow(1, "one", 5));
        Assert.Equal(new LibraryRow(1, "one", 5, "joined by ada"), Assert.Single(store.Libraries()));
    }
}
