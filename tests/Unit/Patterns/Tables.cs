using Tocsin.Inference.Patterns;

namespace Tocsin.Unit.Patterns;

internal static class Tables
{
    public static VectorTable Of(float[][] rows)
    {
        var table = new VectorTable(rows.Length, rows[0].Length);
        for (var i = 0; i < rows.Length; i++)
            rows[i].CopyTo(table.Row(i));
        return table;
    }

    public static VectorTable Noise(int count, int width, int seed)
    {
        var random = new Random(seed);
        var table = new VectorTable(count, width);
        for (var i = 0; i < count; i++)
        {
            foreach (ref var value in table.Row(i))
                value = (float)((random.NextDouble() * 2) - 1);
        }
        return table;
    }
}
