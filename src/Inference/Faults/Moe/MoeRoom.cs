using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>The memory that <see cref="MoeSession"/> works in, for one number of hosts: it grows with hosts and edges, never with hosts squared.</summary>
internal sealed unsafe class MoeRoom
{
    private readonly List<AlignedBuffer> _buffers = [];

    public MoeRoom(int rows, int edges, MoeShape shape, KernelTable kernels)
    {
        (Rows, Edges) = (rows, edges);
        Input = Take(rows, Layout.Stride(shape.Inputs / shape.Steps));
        Read = Take(rows, 3 * shape.Width);
        Recur = Take(rows, 3 * shape.Width);
        State = Take(rows, shape.Width);
        Graph = Take(rows, shape.Width);
        Mixed = Take(rows, shape.Width);
        Query = Take(rows, shape.Width);
        KeyValue = Take(rows, 2 * shape.Width);
        Sorted = Take(rows, shape.Width);
        Inner = Take(rows, Layout.Stride(shape.ExpertHidden));
        Result = Take(rows, shape.Width);
        Small = Take(rows, Layout.Stride(shape.Prototype));
        Norms = Take(rows, shape.Heads);
        Weights = Take(rows, shape.Experts);
        Shares = Take(1, edges);
        Turned = Take(1, StreamAttentionOp.TurnedRoom(rows, shape.Width / shape.Heads));
        Scratch = Take(1, kernels.StreamRoom);
        Order = new int[rows];
    }

    public int Rows { get; }

    public int Edges { get; }

    public float* Input { get; }

    public float* Read { get; }

    public float* Recur { get; }

    public float* State { get; }

    public float* Graph { get; }

    public float* Mixed { get; }

    public float* Query { get; }

    public float* KeyValue { get; }

    public float* Sorted { get; }

    public float* Inner { get; }

    public float* Result { get; }

    public float* Small { get; }

    public float* Norms { get; }

    public float* Weights { get; }

    public float* Shares { get; }

    public float* Turned { get; }

    public float* Scratch { get; }

    public int[] Order { get; }

    private float* Take(int rows, int columns)
    {
        _buffers.Add(new AlignedBuffer(checked(rows * columns)));
        return _buffers[^1].Pointer;
    }
}
