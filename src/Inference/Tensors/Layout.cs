namespace Tocsin.Inference.Tensors;

/// <summary>Rows of activations start <see cref="Stride"/> floats apart: the columns rounded up to a whole vector of the widest path.
/// The columns in between are zero, always, so that kernels work in whole vectors.</summary>
internal static class Layout
{
    public const int Unit = 16;

    public static int Stride(int columns) => (columns + Unit - 1) & ~(Unit - 1);
}
