using System.Text;
using Tocsin.Ingest.Slurm.Events;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class JobEventJsonSpec
{
    private const long Now = 1_795_273_000_000;

    private const string Start = """{"event":"start","jobId":"12_3","jobName":"sim","user":"ada","submit":1795272210,"time":1795272219,"nodes":"n[001-002]"}""";

    [Fact]
    public void A_prolog_is_a_start_at_its_time()
    {
        var read = One(Start).Event!;
        Assert.Equal(
            new JobEvent
            {
                Source = JobEventSource.Hook,
                JobId = "12_3",
                JobName = "sim",
                User = "ada",
                SubmitMs = 1_795_272_210_000,
                StartMs = 1_795_272_219_000,
                State = JobState.Running,
                AsOfMs = 1_795_272_219_000,
                NodeList = "n[001-002]",
                NodeCount = 2,
            },
            read);
    }

    [Fact]
    public void An_epilog_knows_no_start()
    {
        var read = One("""{"event":"end","jobId":12,"time":1795272221.5,"state":"NODE_FAIL","nodes":["n2","n1","n2"]}""").Event!;
        Assert.Equal((null, 1_795_272_221_500, JobState.NodeFailed, "n[1-2]", 2), (read.StartMs, read.EndMs, read.State, read.NodeList, read.NodeCount));
    }

    [Fact]
    public void Who_knows_both_times_says_both()
    {
        var read = One("""{"jobId":"12+1","start":"2026-11-21T14:43:39Z","end":1795272221,"nodes":"n1","source":"accounting","state":"COMPLETED"}""").Event!;
        Assert.Equal((1_795_272_219_000, 1_795_272_221_000, JobEventSource.Accounting), (read.StartMs, read.EndMs, read.Source));
    }

    /// <summary>What the hooks write of a name that no shell can put into JSON.</summary>
    [Fact]
    public void A_name_in_hexadecimal_may_hold_anything()
    {
        var bytes = "a\"\\\n\u0001|$(rm -rf /)\u00e4"u8.ToArray().Append((byte)0xff).ToArray();
        var read = One($$"""{"event":"start","jobId":"1","time":1795272219,"nodes":"n1","jobNameHex":"{{Convert.ToHexString(bytes)}}"}""").Event!;
        Assert.Equal("a\"\\\n\u0001|$(rm -rf /)\u00e4\ufffd", read.JobName);
    }

    [Fact]
    public void A_long_name_is_cut_and_no_half_of_a_pair_is_left()
    {
        var name = new string('x', JobEvent.MaxText - 1) + "\ud83d\ude00 and more";
        Assert.Equal(new string('x', JobEvent.MaxText - 1), One(Start.Replace("sim", name, StringComparison.Ordinal)).Event!.JobName);
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("", null)]
    [InlineData("not json", null)]
    [InlineData("[{\"jobId\":", null)]
    [InlineData("[[[[[[[[]]]]]]]]", null)]
    public void A_body_that_cannot_be_read_is_refused_whole(string body, int? items)
    {
        var batch = Parse(body);
        Assert.Equal(items is null, batch.Refused is not null);
        Assert.Equal(items ?? 0, batch.Items.Count);
    }

    [Theory]
    [InlineData("""{"event":"start","time":1795272219,"nodes":"n1"}""", "jobId")]
    [InlineData("""{"event":"start","jobId":"12.batch","time":1795272219,"nodes":"n1"}""", "jobId")]
    [InlineData("""{"event":"start","jobId":"12_[1-5]","time":1795272219,"nodes":"n1"}""", "jobId")]
    [InlineData("""{"event":"start","jobId":-12,"time":1795272219,"nodes":"n1"}""", "jobId")]
    [InlineData("""{"event":"start","jobId":"12;rm","time":1795272219,"nodes":"n1"}""", "jobId")]
    [InlineData("""{"event":"start","jobId":{"a":1},"time":1795272219,"nodes":"n1"}""", "jobId")]
    [InlineData("""{"event":"stop","jobId":"12","time":1795272219,"nodes":"n1"}""", "event")]
    [InlineData("""{"event":5,"jobId":"12","time":1795272219,"nodes":"n1"}""", "event")]
    [InlineData("""{"event":"start","jobId":"12","nodes":"n1"}""", "start")]
    [InlineData("""{"event":"end","jobId":"12","nodes":"n1"}""", "end")]
    [InlineData("""{"jobId":"12","nodes":"n1"}""", "start")]
    [InlineData("""{"jobId":"12","start":1795272219,"end":1795272218,"nodes":"n1"}""", "end")]
    [InlineData("""{"event":"start","jobId":"12","time":5,"nodes":"n1"}""", "time")]
    [InlineData("""{"event":"start","jobId":"12","time":1e300,"nodes":"n1"}""", "time")]
    [InlineData("""{"event":"start","jobId":"12","time":1795290000,"nodes":"n1"}""", "ahead")]
    [InlineData("""{"event":"start","jobId":"12","time":true,"nodes":"n1"}""", "time")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219}""", "nodes")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":""}""", "nodes")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":"n[1-"}""", "nodes")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":["../n1"]}""", "nodes")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":[1]}""", "nodes")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":"n1","source":"file"}""", "source")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":"n1","jobNameHex":"abc"}""", "jobNameHex")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":"n1","jobNameHex":"zz"}""", "jobNameHex")]
    [InlineData("""{"event":"start","jobId":"12","time":1795272219,"nodes":"n1","jobName":"\ud800"}""", "Unicode")]
    [InlineData("7", "object")]
    public void An_event_that_cannot_be_read_says_why(string json, string word)
    {
        var item = One(json);
        Assert.Null(item.Event);
        Assert.Contains(word, item.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_event_does_not_lose_the_others()
    {
        var array = Parse($$"""[{{Start}}, {"jobId":"x"}, null, {{Start}}]""");
        Assert.Equal([true, false, false, true], array.Items.Select(i => i.Event is not null));
        var lines = Parse($$"""
            {{Start}}
            {"jobId":
            not json

            {{Start}}
            """);
        Assert.Equal([true, false, false, true], lines.Items.Select(i => i.Event is not null));
        Assert.Equal([0, 1, 2, 3], lines.Items.Select(i => i.Index));
        Assert.Equal(2, lines.Events.Count);
    }

    [Fact]
    public void Bytes_that_are_no_text_lose_their_own_line_alone()
    {
        var body = Encoding.UTF8.GetBytes(Start + "\n" + Start.Replace("sim", "?!", StringComparison.Ordinal) + "\n" + Start);
        body[Array.IndexOf(body, (byte)'!')] = 0xff;
        var batch = JobEventJson.Parse(body, Now);
        Assert.Equal([true, false, true], batch.Items.Select(i => i.Event is not null));
    }

    [Fact]
    public void Sizes_are_bounded()
    {
        Assert.NotNull(JobEventJson.Parse(new byte[JobEventJson.MaxBytes + 1], Now).Refused);
        Assert.NotNull(Parse("[" + string.Join(',', Enumerable.Repeat("1", JobEventJson.MaxEvents + 1)) + "]").Refused);
        Assert.NotNull(Parse("{}\n" + string.Join('\n', Enumerable.Repeat("1", JobEventJson.MaxEvents + 1))).Refused);
        var many = Parse("[" + string.Join(',', Enumerable.Repeat(Start.Replace("[001-002]", "[1-65536]", StringComparison.Ordinal), 20)) + "]");
        Assert.Equal(JobEventJson.MaxNodes / 65_536, many.Events.Count);
        Assert.Contains("fewer events", many.Items[^1].Error, StringComparison.Ordinal);
    }

    private static JobEventItem One(string json) => Assert.Single(Parse(json).Items);

    private static JobEventBatch Parse(string body) => JobEventJson.Parse(Encoding.UTF8.GetBytes(body), Now);
}
