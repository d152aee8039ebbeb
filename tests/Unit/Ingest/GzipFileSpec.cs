using System.IO.Compression;
using System.Text;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Unit.Ingest;

public sealed class GzipFileSpec : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("tocsin-").FullName, "x.gz");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(5000)]
    public void A_whole_file_gives_all_of_its_bytes_and_no_more(int length)
    {
        var data = Data(length);
        File.WriteAllBytes(_path, Pack(data));
        foreach (var buffer in (int[])[1, 7, 16, 17, 4096])
            Assert.Equal(data, ReadAll(buffer));
    }

    [Fact]
    public void Members_one_after_another_are_one_file()
    {
        File.WriteAllBytes(_path, [.. Pack(Data(100)), .. Pack(Data(3)), .. Pack(Data(70_000))]);
        Assert.Equal([.. Data(100), .. Data(3), .. Data(70_000)], ReadAll(1000));
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        var whole = Pack(Data(300));
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_path, whole[..length]);
            var refused = Assert.Throws<BadDataException>(() => ReadAll(64));
            Assert.Contains("x.gz is torn", refused.Message);
            Assert.DoesNotContain('\n', refused.Message);
        }
    }

    [Fact]
    public void A_bit_flipped_anywhere_in_the_data_is_refused()
    {
        var whole = Pack(Data(300));
        // The first ten bytes are a header whose time and system say nothing about the data.
        for (var at = 10; at < whole.Length; at++)
        {
            var bad = (byte[])whole.Clone();
            bad[at] ^= 0x10;
            File.WriteAllBytes(_path, bad);
            Assert.Throws<BadDataException>(() => ReadAll(64));
        }
    }

    [Fact]
    public void Text_that_is_not_packed_at_all_is_refused_under_the_name_of_a_packed_file()
    {
        File.WriteAllText(_path, "#t\t1700000000\na 1\n");
        Assert.Throws<BadDataException>(() => ReadAll(64));
    }

    [Fact]
    public void On_request_a_torn_file_gives_what_it_still_has()
    {
        var data = Data(50_000);
        var whole = Pack(data);
        File.WriteAllBytes(_path, whole[..(whole.Length / 2)]);
        using var file = new GzipFile(_path, acceptTorn: true);
        var kept = new MemoryStream();
        file.CopyTo(kept);
        Assert.InRange(kept.Length, 1000, data.Length - 1);
        Assert.Equal(data[..(int)kept.Length], kept.ToArray());
    }

    private byte[] ReadAll(int bufferSize)
    {
        using var file = new GzipFile(_path);
        var all = new MemoryStream();
        var buffer = new byte[bufferSize];
        int n;
        while ((n = file.Read(buffer)) > 0)
            all.Write(buffer, 0, n);
        return all.ToArray();
    }

    private static byte[] Data(int length)
    {
        var random = new Random(length);
        return Encoding.ASCII.GetBytes(string.Create(length, random, (span, r) =>
        {
            foreach (ref var c in span)
                c = (char)('0' + r.Next(20));
        }));
    }

    private static byte[] Pack(byte[] data)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(data);
        return packed.ToArray();
    }
}
