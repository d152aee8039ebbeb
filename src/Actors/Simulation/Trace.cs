using System.Globalization;
using System.Text;
using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Simulation;

/// <summary>What happened, as one number over all of it and in words for the last steps. The words are made only when somebody reads them.</summary>
internal sealed class Trace
{
    private const int Kept = 60;

    private readonly (TimeSpan Now, object Where, object What)[] _last = new (TimeSpan, object, object)[Kept];
    private readonly Dictionary<object, ulong> _known = new(ReferenceEqualityComparer.Instance);
    private TraceHash _hash = new();
    private long _count;

    public ulong Hash => _hash.Value;

    /// <param name="where">An actor or a string.</param>
    /// <param name="what">A message's type or a string.</param>
    public void Add(TimeSpan now, object where, object what)
    {
        _hash.Add((ulong)now.Ticks);
        _hash.Add(NumberOf(where));
        _hash.Add(NumberOf(what));
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
            text.Append(CultureInfo.InvariantCulture, $"  {now.TotalSeconds,12:0.000000} s  {TextOf(where)}  {TextOf(what)}\n");
        }
        return text.ToString();
    }

    private static string TextOf(object named) => named switch
    {
        IActorRef actor => actor.Path,
        Type type => type.Name,
        _ => (string)named,
    };

    /// <summary>Of the text, so that it is the same in another run; remembered for actors and types, which come again and again.</summary>
    private ulong NumberOf(object named)
    {
        if (named is string text)
            return TraceHash.Of(text);
        if (!_known.TryGetValue(named, out var number))
            _known.Add(named, number = TraceHash.Of(TextOf(named)));
        return number;
    }
}
