using FsCheck;
using FsCheck.Fluent;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Migration;
using Tocsin.CheckpointingTests.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.CheckpointingTests.Migration;

public sealed class MoveBookSpec
{
    private static NodeKey N(int i) => new("c", $"n{i}");

    private static Migrate Wanted(int job, int from, int target, int restarts = 0) =>
        new(new JobIdentity($"{job}", 0, restarts), 0, ActReason.Prediction, N(from), N(target), 1000, 1, default);

    [Fact]
    public void No_job_is_moved_twice_at_a_time_none_onto_a_suspect_and_no_spare_is_given_twice() =>
        Prop.ForAll(Gen.Choose(0, 999_999).ArrayOf(40).ToArbitrary(), steps =>
        {
            var book = MoveBook.Empty;
            var suspects = new HashSet<NodeKey>();
            foreach (var step in steps)
            {
                var (job, from, target, restarts) = (step % 5, step / 5 % 7, step / 35 % 7, step / 245 % 3);
                if (step % 11 == 0)
                    book = book.End($"{job}");
                else if (step % 13 == 0)
                    suspects.Add(N(from));
                else
                {
                    var begun = book.Begin(Wanted(job, from, target, restarts), suspects, out var why);
                    if (why is null && suspects.Contains(N(target)))
                        return false;
                    book = begun;
                }
                var open = book.Open;
                if (open.Select(m => m.Job.JobId).Distinct().Count() != open.Count || open.Select(m => m.Target).Distinct().Count() != open.Count)
                    return false;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_move_signals_drains_and_requeues_in_this_order()
    {
        var consent = new Consent("USR1", RequeueConsent.AfterCheckpoint);
        var move = MoveBook.Empty.Begin(Wanted(12, 1, 9), new HashSet<NodeKey>(), out _).Open[0];
        Assert.Equal(ActionKind.Signal, MoveSteps.Next(move, consent, 0, out _));
        move = move with { Last = Acting.Action(ActionKind.Signal) with { State = new Done(0, "") } };
        Assert.Null(MoveSteps.Next(move, consent, 999, out _));
        move = move with { Acknowledged = true };
        Assert.Equal(ActionKind.Drain, MoveSteps.Next(move, consent, 999, out _));
        move = move with { Last = Acting.Action(ActionKind.Drain) with { State = new Approved(0) } };
        Assert.Null(MoveSteps.Next(move, consent, 999, out var ended));
        Assert.Null(ended);
        move = move with { Last = move.Last! with { State = new Done(0, "") } };
        Assert.Equal(ActionKind.Requeue, MoveSteps.Next(move, consent, 999, out _));
        move = move with { Last = Acting.Action(ActionKind.Requeue) with { State = new Done(0, "") } };
        Assert.Null(MoveSteps.Next(move, consent, 999, out ended));
        Assert.Equal("moved", ended);
        Assert.Null(MoveSteps.Next(move with { Last = move.Last! with { State = new Done(0, "", DryRun: true) } }, consent, 999, out ended));
        Assert.Contains("dry run", ended);
    }

    [Fact]
    public void A_job_that_ignores_the_signal_is_not_requeued_but_its_node_is_drained()
    {
        var consent = new Consent("USR1", RequeueConsent.AfterCheckpoint);
        var move = new Move(Acting.Job, N(1), N(2), 0, 1000, Last: Acting.Action(ActionKind.Signal) with { State = new Done(0, "") });
        Assert.Equal(ActionKind.Drain, MoveSteps.Next(move, consent, 1000, out _));
        Assert.Null(MoveSteps.Next(move with { Last = Acting.Action(ActionKind.Drain) with { State = new Done(0, "") } }, consent, 1000, out var ended));
        Assert.Contains("stays", ended);
    }

    [Theory]
    [InlineData(RequeueConsent.Never, false)]
    [InlineData(RequeueConsent.Always, true)]
    public void A_job_without_a_handler_is_requeued_only_where_it_says_so(RequeueConsent requeue, bool expected)
    {
        var consent = new Consent(null, requeue);
        var move = new Move(Acting.Job, N(1), N(2), 0, 1000);
        Assert.Equal(ActionKind.Drain, MoveSteps.Next(move, consent, 0, out _));
        var next = MoveSteps.Next(move with { Last = Acting.Action(ActionKind.Drain) with { State = new Done(0, "") } }, consent, 0, out _);
        Assert.Equal(expected, next == ActionKind.Requeue);
    }

    [Theory]
    [InlineData(RequeueConsent.AfterCheckpoint, true, true)]
    [InlineData(RequeueConsent.AfterCheckpoint, false, false)]
    [InlineData(RequeueConsent.Always, false, true)]
    [InlineData(RequeueConsent.Never, true, false)]
    public void From_a_node_that_somebody_drained_before_the_move_goes_on_without_a_drain(RequeueConsent requeue, bool acknowledged, bool expected)
    {
        var consent = new Consent("USR1", requeue);
        var move = new Move(Acting.Job, N(1), N(2), 0, 1000, acknowledged, Acting.Action(ActionKind.Signal) with { State = new Done(0, "") });
        Assert.Equal(ActionKind.Signal, MoveSteps.Next(move with { Last = null }, consent, 1000, out _, drained: true));
        foreach (var (last, drained) in (IEnumerable<(ActionRecord, bool)>)[(move.Last!, true), (Drain(new Refused(0, Preconditions.DrainedAlready)), false), (Drain(new Failed(0, Preconditions.DrainedAlready)), false)])
        {
            var next = MoveSteps.Next(move with { Last = last }, consent, 1000, out var ended, drained);
            Assert.Equal((expected ? ActionKind.Requeue : null, !expected), (next, ended is not null));
        }

        static ActionRecord Drain(ActionState state) => Acting.Action(ActionKind.Drain) with { State = state };
    }

    [Fact]
    public void What_failed_ends_the_move_with_its_reason()
    {
        var move = new Move(Acting.Job, N(1), N(2), 0, 1000, Last: Acting.Action(ActionKind.Drain) with { State = new Unknown(0, "interrupted") });
        Assert.Null(MoveSteps.Next(move, Consent.None, 0, out var ended));
        Assert.Equal("interrupted", ended);
    }
}
