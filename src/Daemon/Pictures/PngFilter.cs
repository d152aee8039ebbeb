namespace Tocsin.Daemon.Pictures;

/// <summary>Chooses for each row the PNG filter whose bytes, read as signed, have the smallest sum of absolute values: the heuristic that the PNG
/// standard recommends (section 9.6). Charts are mostly flat, where "up" makes a row of zeros.</summary>
internal sealed class PngFilter(int rowBytes, int pixelBytes)
{
    private readonly byte[][] _candidates = [.. Enumerable.Range(0, 5).Select(_ => new byte[rowBytes + 1])];
    private readonly byte[] _previous = new byte[rowBytes];

    /// <summary>The filter's number and the filtered bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Best(ReadOnlySpan<byte> row)
    {
        Span<long> cost = stackalloc long[5];
        for (var i = 0; i < row.Length; i++)
        {
            var left = i >= pixelBytes ? row[i - pixelBytes] : 0;
            var corner = i >= pixelBytes ? _previous[i - pixelBytes] : 0;
            int up = _previous[i];
            Put(0, i, row[i], cost);
            Put(1, i, row[i] - left, cost);
            Put(2, i, row[i] - up, cost);
            Put(3, i, row[i] - ((left + up) / 2), cost);
            Put(4, i, row[i] - Paeth(left, up, corner), cost);
        }
        row.CopyTo(_previous);
        var best = 0;
        for (var f = 1; f < 5; f++)
            best = cost[f] < cost[best] ? f : best;
        _candidates[best][0] = (byte)best;
        return _candidates[best];
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private void Put(int filter, int at, int value, Span<long> cost)
    {
        _candidates[filter][at + 1] = (byte)value;
        cost[filter] += Math.Abs((int)(sbyte)value);
    }
}
