using System.Net;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class ReadinessSpec
{
    [Fact]
    public async Task One_part_that_does_not_work_makes_it_not_ready_and_is_named()
    {
        await using var running = await RunningHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await running.JsonAsync("/-/ready")).Status);
        running.Backend.Health = CheckResult.Bad("disk full");
        var (status, body) = await running.JsonAsync("/-/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, false), (status, body["ready"]!.GetValue<bool>()));
        Assert.Contains("""{"name":"log","ok":false,"detail":"disk full"}""", body.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, (await running.SendAsync("GET", "/-/healthy")).StatusCode);
        running.Backend.Health = CheckResult.Good("");
        Assert.Equal(HttpStatusCode.OK, (await running.JsonAsync("/-/ready")).Status);
    }

    [Theory]
    [InlineData("", false, "0 of 2 acquired")]
    [InlineData("0:Running", false, "1 of 2 acquired")]
    [InlineData("0:Running 1:Away", false, "1 of 2 acquired")]
    [InlineData("0:Running 1:CatchingUp", false, "catching up: 7 records behind")]
    [InlineData("0:Running 1:Paused", false, "1 waits: disk full")]
    [InlineData("0:Running 1:Running", true, "2 running")]
    public void Shards_are_ready_when_all_are_here_and_have_caught_up(string shards, bool ok, string detail)
    {
        var board = new ShardBoard();
        foreach (var word in shards.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var phase = Enum.Parse<ShardPhase>(word[2..]);
            board.Publish(new ShardView(word[0] - '0', phase, 1, 3, phase == ShardPhase.CatchingUp ? 10 : 3, phase == ShardPhase.Paused ? "disk full" : null));
        }
        Assert.Equal((ok, detail), (board.Check(2).Ok, board.Check(2).Detail));
    }

    [Fact]
    public void That_a_shard_waits_is_said_once_and_that_it_goes_on()
    {
        var said = new List<string>();
        var board = new ShardBoard(said.Add);
        foreach (var (phase, why) in ((ShardPhase, string?)[])[(ShardPhase.Running, null), (ShardPhase.Paused, "disk full"), (ShardPhase.Paused, "disk full"), (ShardPhase.CatchingUp, null), (ShardPhase.Running, null), (ShardPhase.Running, null)])
            board.Publish(new ShardView(4, phase, 1, 3, 3, why));
        Assert.Equal(["shard 4 waits: disk full", "shard 4 goes on"], said);
    }
}
