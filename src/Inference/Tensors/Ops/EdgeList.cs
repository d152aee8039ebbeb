namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Edges sorted by the row that they end in: those of row i are Starts[i]..Starts[i+1]-1. Each row has at least one.</summary>
/// <param name="sources">The row at the other end; rows after those that edges end in are only sources.</param>
/// <param name="types">Row of the edge parameters.</param>
/// <param name="amounts">What the edge carries, 0 or more.</param>
internal readonly unsafe struct EdgeList(int rows, int* starts, int* sources, int* types, float* amounts)
{
    public readonly int Rows = rows;
    public readonly int* Starts = starts;
    public readonly int* Sources = sources;
    public readonly int* Types = types;
    public readonly float* Amounts = amounts;

    public int Count => Starts[Rows];
}
