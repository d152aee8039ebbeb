using System.Globalization;
using System.Text;

namespace Tocsin.Actors.Simulation;

/// <summary>What happened, as one number over all of it and in words for the last steps.</summary>
internal sealed class Trace
{
    private const int Kept = 60;

    private readonly (TimeSpan Now, string Where, string What)[] _last = new (TimeSpan, string, string)[Kept];
    private TraceHash _hash = new();
    private long _count;

    public ulong Hash => _hash.Value;

    public void Add(TimeSpan now, string where, string what)
    {
        _hash.Add((ulong)now.Ticks);
        _hash.Add(where);
        _hash.Add(what);
        _last[_count++ % Kept] = (now, where, what);
    }

    /// <summary>A number that must be the same in both runs of a seed.</summary>
    public void Add(ulong drawn) => _hash.Add(drawn);

    public string Tail()
    {
        var text = new StringBuilder();
        for (var i = Math.Max(0, _count - Kept); i < _count; i++)
        {
            var (now, where, what) = _last[i % Kept];
            text.Append(CultureInfo.InvariantCulture, $"  {now.TotalSeconds,12:0.000000} s  {where}  {what}\n");
        }
        return text.ToString();
    }
}
