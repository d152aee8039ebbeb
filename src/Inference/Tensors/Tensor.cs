namespace Tocsin.Inference.Tensors;

/// <summary>A matrix on a <see cref="Tape"/>: activations are padded as <see cref="Layout"/> says, parameters are dense.</summary>
/// <param name="grad">Same layout as the data; null for what needs no gradient. Holds rubbish until <see cref="Tape.Claim"/>.</param>
/// <param name="id">Tells the tape whether the gradient was written; -1 without one.</param>
internal readonly unsafe struct Tensor(float* data, float* grad, int rows, int columns, int stride, int id)
{
    public readonly float* Data = data;
    public readonly float* Grad = grad;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly int Stride = stride;
    public readonly int Id = id;

    public bool Learns => Grad != null;

    public float* Row(int row) => Data + ((nint)row * Stride);

    public float* GradRow(int row) => Grad + ((nint)row * Stride);
}
