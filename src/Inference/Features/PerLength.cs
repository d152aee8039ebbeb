namespace Tocsin.Inference.Features;

/// <summary>
/// Tables that follow from a length, kept while lengths repeat. Segments come in thousands of lengths and their heads
/// in a dozen: past a bound all are dropped rather than kept in the order of use, as making one anew costs less than
/// the features of one series.
/// </summary>
internal sealed class PerLength<T>(Func<int, T> make)
{
    private const int Most = 64;

    private readonly Dictionary<int, T> _tables = [];

    public T Of(int length)
    {
        if (_tables.TryGetValue(length, out var table))
            return table;
        if (_tables.Count == Most)
            _tables.Clear();
        return _tables[length] = make(length);
    }
}
