using Tocsin.Daemon.Http.Access;

namespace Tocsin.Unit.Serve;

public sealed class RefusalLimitSpec
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _lines = [];
    private readonly RefusalLimit _limit;

    public RefusalLimitSpec() => _limit = new RefusalLimit(_clock, _lines.Add);

    [Fact]
    public void A_user_is_turned_away_after_sixty_refusals_whatever_the_jobs_and_other_users_are_not()
    {
        Assert.Equal(60, Enumerable.Range(1, 1000).Count(job => Refused(1, job)));
        Assert.Equal(TimeSpan.FromSeconds(1), _limit.Begin(1, 5000));
        Assert.True(Refused(2, 1));
        // One a second from there on, for as long as it goes on.
        var more = 0;
        for (var second = 0; second < 600; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            more += Enumerable.Range(1, 20).Count(job => Refused(1, 10_000 + (20 * second) + job));
        }
        Assert.InRange(more, 599, 600);
    }

    [Fact]
    public void One_line_a_minute_tells_who_it_is_and_how_many_were_turned_away()
    {
        for (var i = 0; i < 12; i++)
            Refused(1, 7);
        Assert.Equal("429: too many requests of user 1 about job 7 come to nothing or are under way; 1 turned away since this was last told", Assert.Single(_lines));
        for (var second = 0; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            for (var i = 0; i < 3; i++)
                Refused(1, 7);
        }
        Assert.Equal(2, _lines.Count);
        // The second of the first burst, and all but one in six seconds of the rest, up to the moment of the line.
        Assert.InRange(int.Parse(_lines[1].Split("; ")[1].Split(' ')[0]), 168, 172);
    }

    [Fact]
    public void Of_one_of_whom_nothing_was_refused_many_may_be_under_way_and_of_another_no_more_than_may_be_refused()
    {
        for (var i = 0; i < RefusalLimit.MostUnderWay; i++)
            Assert.Null(_limit.Begin(1, 7));
        Assert.Equal(TimeSpan.FromSeconds(1), _limit.Begin(1, 7));
        for (var i = 0; i < RefusalLimit.MostUnderWay; i++)
            _limit.End(1, 7, refused: false);
        Assert.True(Refused(1, 7));
        for (var i = 0; i < 9; i++)
            Assert.Null(_limit.Begin(1, 7));
        Assert.NotNull(_limit.Begin(1, 7));
        Assert.Equal(1, _limit.Users);
    }

    [Fact]
    public void What_was_refused_all_at_once_is_owed_for_a_minute_at_most()
    {
        for (var i = 0; i < 100; i++)
            Assert.Null(_limit.Begin(1, 7));
        for (var i = 0; i < 100; i++)
            _limit.End(1, 7, refused: true);
        Assert.Equal(TimeSpan.FromSeconds(66), _limit.Begin(1, 7));
        _clock.Advance(TimeSpan.FromSeconds(66));
        Assert.True(Refused(1, 7));
    }

    [Fact]
    public void The_table_is_bounded_and_a_newcomer_finds_room_in_it()
    {
        Refused(1, 1);
        Refused(1, 1);
        for (uint uid = 2; uid < 3 * RefusalLimit.MostUsers; uid++)
        {
            Assert.True(Refused(uid, 1));
            Assert.InRange(_limit.Users, 1, RefusalLimit.MostUsers);
        }
        // Who owes more than others stays longest.
        Assert.Equal(8, Enumerable.Range(0, 20).Count(_ => Refused(1, 1)));
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(Refused(1_000_000, 1));
        Assert.Equal(1, _limit.Users);
    }

    [Fact]
    public void A_table_full_of_requests_under_way_keeps_no_newcomer_out()
    {
        for (uint uid = 1; uid <= RefusalLimit.MostUsers; uid++)
            Assert.Null(_limit.Begin(uid, 1));
        Assert.True(Refused(1_000_000, 1));
        for (uint uid = 1; uid <= RefusalLimit.MostUsers; uid++)
            _limit.End(uid, 1, refused: false);
        Assert.Equal(0, _limit.Users);
    }

    private bool Refused(uint uid, long job)
    {
        if (_limit.Begin(uid, job) is not null)
            return false;
        _limit.End(uid, job, refused: true);
        return true;
    }
}
