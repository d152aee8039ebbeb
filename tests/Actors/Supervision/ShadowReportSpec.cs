using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;

namespace Tocsin.ActorTests.Supervision;

public sealed class ShadowReportSpec
{
    [Theory]
    [InlineData(0, 2, "would have drained 2; ")]
    [InlineData(2, 0, "drained 2; ")]
    [InlineData(1, 2, "drained 1 and would have drained 2; ")]
    [InlineData(0, 0, "would have drained 0; ")]
    public void What_was_done_is_told_apart_from_what_only_would_have_been(int real, int dry, string begins)
    {
        var drains = Enumerable.Range(0, real + dry).Select(i => new ActionRow(new ActionRecord(
            new ActionId(i + 1), ActionKind.Drain, new NodeKey("c", $"n{i}"), null, "main", 1000, "", false, new Done(2000, "", DryRun: i >= real))));
        Assert.StartsWith(begins, ShadowReport.Of(drains, [], 0, 10 * ShadowReport.LaterMs).Sentence, StringComparison.Ordinal);
    }
}
