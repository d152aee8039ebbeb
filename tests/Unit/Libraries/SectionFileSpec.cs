using System.Security.Cryptography;
using Tocsin.Inference.Libraries;
using Tocsin.Shared;

namespace Tocsin.Unit.Libraries;

public sealed class SectionFileSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-test").FullName;

    private static readonly Dictionary<string, byte[]> Content = new() { ["manifest"] = [1, 2, 3], ["weights"] = new byte[5000], ["empty"] = [] };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read()
    {
        var path = Write();
        var read = SectionFile.Read(path);
        Assert.Equal(Content.Keys.Order(), read.Keys.Order());
        Assert.All(Content, c => Assert.Equal(c.Value, read[c.Key]));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_torn_at_any_byte_is_refused()
    {
        var whole = File.ReadAllBytes(Write());
        for (var length = 0; length < whole.Length; length += length < 200 ? 1 : 97)
            Assert.Throws<LibraryRefusedException>(() => SectionFile.Parse("lib", whole.AsSpan(0, length)));
    }

    [Fact]
    public void A_changed_bit_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Write());
        for (var i = 0; i < whole.Length; i += i < 120 ? 1 : 61)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 0x10;
            Assert.Throws<LibraryRefusedException>(() => SectionFile.Parse("lib", changed));
        }
    }

    [Fact]
    public void Foreign_old_and_malformed_files_are_refused_each_in_its_own_words()
    {
        var whole = File.ReadAllBytes(Write());
        Assert.Contains("TOCSINLB", Refusal("PK\u0003\u0004 something else entirely, long enough to hold a header and more"u8.ToArray()));
        Assert.Contains("format 99", Refusal(Resealed(whole, 8, 99)));
        Assert.Contains("malformed", Refusal(Resealed(whole, 12, 200)));
        Assert.Contains("torn", Refusal(whole[..^1]));
    }

    [Fact]
    public void A_full_disk_leaves_the_old_library_and_no_rest()
    {
        if (!File.Exists("/dev/full"))
            return;
        var path = Write();
        var before = File.ReadAllBytes(path);
        // The temporary file is where writing happens; a link to a device that is always full stands for the disk.
        File.CreateSymbolicLink(path + ".tmp", "/dev/full");
        var failure = Assert.Throws<DependencyException>(() => SectionFile.Write(path, Content));
        Assert.Contains("nothing was changed", failure.Message);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    private static string Refusal(byte[] bytes) => Assert.Throws<LibraryRefusedException>(() => SectionFile.Parse("lib", bytes)).Message;

    private static byte[] Resealed(byte[] whole, int at, byte value)
    {
        var changed = (byte[])whole.Clone();
        changed[at] = value;
        SHA256.HashData(changed.AsSpan(0, changed.Length - 32)).CopyTo(changed, changed.Length - 32);
        return changed;
    }

    private string Write()
    {
        var path = Path.Combine(_folder, "lib.tocsin");
        SectionFile.Write(path, Content);
        return path;
    }
}
