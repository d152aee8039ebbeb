using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.PreGan;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Shared;
using Xunit.Abstractions;

namespace Tocsin.Unit.Faults;

public class FaultReadersSpec(ITestOutputHelper output)
{
    private const string Names = "Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage [%];\tMemory capacity provisioned [KB];\tMemory usage [KB];\tDisk read throughput [KB/s];\tDisk write throughput [KB/s];\tNetwork received throughput [KB/s];\tNetwork transmitted throughput [KB/s]";

    [Fact]
    public void A_trace_is_read_in_the_units_of_the_hosts()
    {
        var rejections = new Rejections();
        var trace = BitbrainsReader.Parse("1.csv", [Names, .. Enumerable.Range(0, 12).Select(t => Line(1000 + t, 2048, 512, 1024, 3072, 4096))], rejections);
        Assert.NotNull(trace);
        Assert.Equal(0, rejections.Total);
        Assert.Equal(12, trace.Length);
        Assert.Equal([1003f, 2f, 3f, 4f, 4 * 300f, 0.5f, 1f], Enumerable.Range(0, 7).Select(r => trace.At(3, r)));
    }

    [Fact]
    public void What_cannot_be_read_is_counted_with_its_reason()
    {
        var rejections = new Rejections();
        Assert.Null(BitbrainsReader.Parse("a", ["no;names"], rejections));
        Assert.Null(BitbrainsReader.Parse("b", [Names, Line(1000, 1, 1, 1, 1, 1)], rejections));
        Assert.Null(BitbrainsReader.Parse("c", [Names, .. Enumerable.Repeat(Line(20, 1, 1, 1, 1, 1), 12)], rejections));
        Assert.NotNull(BitbrainsReader.Parse("d", [Names, "x;y", Line(-1, 1, 1, 1, 1, 1), Line(float.NaN, 1, 1, 1, 1, 1), .. Enumerable.Repeat(Line(900, 1, 1, 1, 1, 1), 12)], rejections));
        Assert.Equal(6, rejections.Total);
        Assert.Equal(3, rejections.ByReason["row that is no row of numbers from 0"].Count);
    }

    [Fact]
    public void Tasks_follow_traces_where_there_are_some()
    {
        // One machine that never rests: no phase of the built-in kinds is as even.
        var values = Enumerable.Repeat(new[] { 1000f, 500f, 10f, 10f, 100f, 1f, 1f }, 40).SelectMany(v => v).ToArray();
        var run = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 50, Traces = new TracePool([new TaskTrace("even", values)]) });
        var busy = Enumerable.Range(0, 50).SelectMany(t => Enumerable.Range(0, 16).Select(h => run.Rule[t].Row(h)[HostFeatures.Cpu])).ToArray();
        // A task is a quarter of the CPU: hosts stand at multiples of it above their own two hundredths.
        Assert.True(busy.Count(c => Math.Abs(((c - 0.02f) / 0.25f) - MathF.Round((c - 0.02f) / 0.25f)) < 0.02f) > busy.Length / 2);
    }

    [Theory]
    [InlineData("simulator")]
    [InlineData("framework")]
    public void The_published_recordings_are_read_with_their_faults_and_moves(string name)
    {
        if (SharedData.Find(Path.Combine("data", "pregan", name), output) is not { } folder)
            return;
        var history = PreGanRecording.Read(folder);
        Assert.Equal((202, 16, 3), (history.Length, history.Hosts, history.Features));
        var faults = Enumerable.Range(0, 202).Sum(t => Enumerable.Range(0, 16).Count(h => history.Label(t, h) != FaultClass.None));
        Assert.InRange(faults, 40, 800);
        Assert.True(Enumerable.Range(0, 202).Sum(t => history[t].Edges.Length) > 20);
    }

    [Fact]
    public void A_foreign_array_is_refused_and_never_crashes()
    {
        Assert.Null(NpyFile.Parse([]));
        Assert.Null(NpyFile.Parse("\u0093NUMPY\u0001\0\u00ff\u00ff"u8));
        var whole = Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", 2);
        Assert.Equal([2, 1], NpyFile.Parse(whole)!.Shape);
        Assert.Null(NpyFile.Parse(whole.AsSpan(0, whole.Length - 1)));
        Assert.Null(NpyFile.Parse(Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", 2)));
        Assert.Null(NpyFile.Parse(Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999, 99999, 99999), }", 2)));
        for (var cut = 0; cut < whole.Length; cut++)
            NpyFile.Parse(whole.AsSpan(0, cut));
    }

    private static byte[] Npy(string header, int values) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. new byte[8 * values]];

    private static string Line(float cpu, float memory, float read, float write, float received, float sent) =>
        FormattableString.Invariant($"1376314846;\t4;\t11703;\t{cpu};\t10;\t67108864;\t{memory};\t{read};\t{write};\t{received};\t{sent}");
}
