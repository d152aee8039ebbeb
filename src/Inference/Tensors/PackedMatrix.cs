using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors;

/// <summary>The right side of a product, laid out for one SIMD path: panels of two vectors' width, each a row of biases and then
/// <see cref="Depth"/> rows, columns padded with zeros to whole units.</summary>
internal sealed unsafe class PackedMatrix
{
    private readonly AlignedBuffer _buffer;
    private readonly int _panel;

    /// <param name="panel">Two vectors' floats of the path that will read it.</param>
    public PackedMatrix(int depth, int columns, int panel)
    {
        (Depth, Columns, _panel) = (depth, columns, panel);
        _buffer = new AlignedBuffer((depth + 1) * Layout.Stride(columns));
    }

    public int Depth { get; }

    public int Columns { get; }

    public float* Data => _buffer.Pointer;

    /// <summary>Takes <paramref name="weights"/> (Depth x Columns, rows <paramref name="ld"/> apart) and the biases (Columns, or null for zeros).</summary>
    public void Fill(float* weights, int ld, float* bias)
    {
        var to = Data;
        for (var j = 0; j < Layout.Stride(Columns); j += _panel)
        {
            var wide = Math.Min(_panel, Layout.Stride(Columns) - j);
            var real = Math.Clamp(Columns - j, 0, wide);
            if (bias != null)
                new ReadOnlySpan<float>(bias + j, real).CopyTo(new Span<float>(to, real));
            to += wide;
            for (var k = 0; k < Depth; k++, to += wide)
                new ReadOnlySpan<float>(weights + ((nint)k * ld) + j, real).CopyTo(new Span<float>(to, real));
        }
    }

    /// <summary>Takes the transpose of <paramref name="weights"/> (Columns x Depth, row-major, dense), without biases.</summary>
    public void FillTransposed(float* weights)
    {
        var to = Data;
        for (var j = 0; j < Layout.Stride(Columns); j += _panel)
        {
            var wide = Math.Min(_panel, Layout.Stride(Columns) - j);
            var real = Math.Clamp(Columns - j, 0, wide);
            to += wide;
            Transposition.Copy(weights + ((nint)j * Depth), Depth, real, Depth, to, wide);
            to += (nint)Depth * wide;
        }
    }
}
