using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>The memory that <see cref="MoeSession"/> works in, for one number of hosts: it grows with hosts and edges, never with hosts squared.</summary>
internal sealed unsafe class MoeRoom
{
    private readonly List<AlignedBuffer> _buffers = [];

    public MoeRoom(int rows, int edges, int moments, MoeShape shape, KernelTable kernels)
    {
        (Rows, Edges, Moments) = (rows, edges, moments);
        int tokens = checked(rows * shape.Steps), read = checked(rows + moments);
        Input = Take(tokens, Layout.Stride(shape.Token));
        Tokens = Take(tokens, shape.Width);
        TokenKeyValue = Take(tokens, 2 * shape.Width);
        TokenWide = Take(tokens, Layout.Stride(shape.TokenHidden));
        Wide = Take(read, Layout.Stride(shape.ReadHidden));
        ReadShares = Take(shape.Heads, kernels.AttentionStride(shape.Steps));
        ReadTurned = Take(1, WindowReadOp.Room(kernels, shape.Width, shape.Steps, shape.Heads));
        State = Take(read, shape.Width);
        Graph = Take(rows, shape.Width);
        Mixed = Take(rows, shape.Width);
        Query = Take(read, shape.Width);
        KeyValue = Take(rows, 2 * shape.Width);
        Sorted = Take(rows, shape.Width);
        Inner = Take(rows, Layout.Stride(shape.ExpertHidden));
        Result = Take(read, shape.Width);
        Small = Take(rows, Layout.Stride(shape.Prototype));
        Norms = Take(rows, shape.Heads);
        Weights = Take(rows, shape.Experts);
        Shares = Take(1, checked(edges * (shape.CrossNeighbours ? shape.Heads : 1)));
        Turned = Take(1, StreamAttentionOp.TurnedRoom(rows, shape.Width / shape.Heads));
        Scratch = Take(1, kernels.StreamRoom);
        (Order, Windows, Positions, Sources) = (new int[rows], new int[read], new int[read], new int[edges]);
    }

    public int Rows { get; }

    public int Edges { get; }

    public int Moments { get; }

    public float* Input { get; }

    public float* Tokens { get; }

    public float* TokenKeyValue { get; }

    /// <summary>The intervals' inner layer.</summary>
    public float* TokenWide { get; }

    /// <summary>The reader's inner layer.</summary>
    public float* Wide { get; }

    public float* ReadShares { get; }

    public float* ReadTurned { get; }

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

    public int[] Windows { get; }

    public int[] Positions { get; }

    public int[] Sources { get; }

    private float* Take(int rows, int columns)
    {
        _buffers.Add(new AlignedBuffer(checked(rows * columns)));
        return _buffers[^1].Pointer;
    }
}
