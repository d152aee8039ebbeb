using FsCheck.Fluent;
using Tocsin.Shared.Wire;
using Tocsin.Unit.Wire;
using Xunit.Abstractions;

namespace Tocsin.Integration.Wire;

/// <summary>Held against python3-msgpack, which shares no line with ours: it reads what we wrote, and we read what it wrote.</summary>
public sealed class MessagePackSpec(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Another_implementation_reads_what_we_write_and_the_other_way_round()
    {
        if (!await DebianPython.HasAsync("msgpack", output))
            return;
        var trees = WireTree.Edges().Concat(WireTree.Any.Sample(2000, 60)).ToList();
        var given = Path.Combine(_folder, "given");
        var answered = Path.Combine(_folder, "answered");
        await File.WriteAllLinesAsync(given, trees.Select(t => $"{Convert.ToHexStringLower(t.Bytes())}\t{t.Json().ToJsonString()}"));
        var result = await TocsinProcess.RunAsync(DebianPython.Path, [DebianPython.Script("Wire/msgpack_oracle.py"), given, answered], TimeSpan.FromMinutes(2));
        Assert.True(result.ExitCode == 0, result.Error);

        var lines = await File.ReadAllLinesAsync(answered);
        Assert.Equal(trees.Count, lines.Length);
        foreach (var (tree, line) in trees.Zip(lines))
        {
            var reader = new WireReader(Convert.FromHexString(line));
            Assert.Equal(tree, WireTree.TryRead(ref reader));
            Assert.Equal(0, reader.Remaining);
            // Both choose the shortest form, so the bytes are the same too.
            Assert.Equal(line, Convert.ToHexStringLower(tree.Bytes()));
        }
    }
}
