using System.Security.Cryptography;
using System.Text;

namespace Tocsin.Inference.Evaluation;

/// <summary><c>&lt;node&gt;_&lt;job&gt;.csv</c>. Both parts are hostile text: whatever is not a letter, a digit or one of <c>. - +</c> (and, in the job, <c>_ ~</c>)
/// becomes <c>%XX</c> of its UTF-8 bytes, so no name leaves the folder, and the first <c>_</c> always ends the node.</summary>
public static class ScoreFileName
{
    public const string Extension = ".csv";

    /// <summary>A part longer than this is cut and ends in a digest of the whole: file systems allow 255 bytes a name.</summary>
    private const int MaxPart = 110;

    public static string For(string node, string job) =>
        Escape(node, inNode: true) + "_" + Escape(job, inNode: false) + Extension;

    /// <summary>Splits a file's name; the parts come back unescaped (a cut part stays cut). False where there is no <c>_</c> or no <c>.csv</c>.</summary>
    public static bool TryParse(string fileName, out string node, out string job)
    {
        node = job = "";
        if (!fileName.EndsWith(Extension, StringComparison.Ordinal))
            return false;
        var stem = fileName[..^Extension.Length];
        var border = stem.IndexOf('_', StringComparison.Ordinal);
        if (border < 1)
            return false;
        node = Uri.UnescapeDataString(stem[..border]);
        job = Uri.UnescapeDataString(stem[(border + 1)..]);
        return true;
    }

    private static string Escape(string part, bool inNode)
    {
        var text = new StringBuilder(part.Length);
        foreach (var b in Encoding.UTF8.GetBytes(part))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '+' || (c == '.' && text.Length > 0) || (!inNode && c is '_' or '~'))
                text.Append(c);
            else
                text.Append('%').Append(b.ToString("X2"));
        }
        if (text.Length == 0)
            text.Append("%00");
        if (text.Length <= MaxPart)
            return text.ToString();
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(part)), 0, 8);
        var cut = text.ToString(0, MaxPart - digest.Length - 1);
        // Not within an escape: half of one would unescape to something else.
        var escape = cut.LastIndexOf('%');
        if (escape >= cut.Length - 2 && escape >= 0)
            cut = cut[..escape];
        return cut + "-" + digest;
    }
}
