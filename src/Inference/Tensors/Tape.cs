using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors;

/// <summary>One step of a computation that knows its way back.</summary>
internal abstract class TapeOp
{
    /// <summary>Adds to the gradients of its inputs what follows from the gradient of its output.</summary>
    public abstract void Backward(Tape tape);
}

/// <summary>Records operations as they are computed and walks them backwards. Memory and operation objects are used again by the next
/// step, so that steps of one shape allocate nothing. One thread at a time.</summary>
internal sealed unsafe class Tape(KernelTable kernels)
{
    private readonly Arena _arena = new();
    private readonly List<TapeOp> _ops = [];
    private bool[] _claimed = [];
    private int _count;
    private int _ids;
    private int _walked;
    private ParameterSet? _parameters;
    private float* _gradients;

    public KernelTable Kernels => kernels;

    /// <summary>Forgets the last step. <paramref name="gradients"/> has the layout of the parameters' block.</summary>
    public void Begin(ParameterSet parameters, float* gradients)
    {
        _arena.Reset();
        (_count, _walked) = (0, 0);
        _parameters = parameters;
        _gradients = gradients;
        _ids = parameters.Shapes.Count;
        Array.Clear(_claimed);
    }

    public Tensor Parameter(int index)
    {
        var shape = _parameters!.Shapes[index];
        return new Tensor(_parameters.At(index), _gradients + _parameters.OffsetOf(index), shape.Rows, shape.Columns, shape.Columns, index);
    }

    /// <summary>Uninitialised: who makes it fills it, padding and all.</summary>
    public Tensor Make(int rows, int columns)
    {
        var stride = Layout.Stride(columns);
        var size = checked(rows * stride);
        return new Tensor(_arena.Take(size), _arena.Take(size), rows, columns, stride, _ids++);
    }

    /// <summary>As <see cref="Make"/>, for what needs no gradient.</summary>
    public Tensor Constant(int rows, int columns)
    {
        var stride = Layout.Stride(columns);
        return new Tensor(_arena.Take(checked(rows * stride)), null, rows, columns, stride, -1);
    }

    public float* Room(int length) => _arena.Take(length);

    public int* Indices(int length) => _arena.TakeIndices(length);

    /// <summary>Whether the gradient was written before; from now on it was. False: overwrite it; true: add to it.</summary>
    public bool Claim(in Tensor tensor)
    {
        if (tensor.Id >= _claimed.Length)
            Array.Resize(ref _claimed, Math.Max(2 * _claimed.Length, _ids + 64));
        var before = _claimed[tensor.Id];
        _claimed[tensor.Id] = true;
        return before;
    }

    /// <summary>Makes the gradient valid: zero, if nothing was written to it yet.</summary>
    public void Need(in Tensor tensor)
    {
        if (!Claim(tensor))
            new Span<float>(tensor.Grad, tensor.Rows * tensor.Stride).Clear();
    }

    public T Next<T>()
        where T : TapeOp, new()
    {
        if (_count == _ops.Count)
            _ops.Add(new T());
        if (_ops[_count] is not T)
            _ops[_count] = new T();
        return (T)_ops[_count++];
    }

    /// <summary>What was computed so far is taken as given: <see cref="Backward"/> stops here. For a part whose parameters do not learn.</summary>
    public void Freeze() => _walked = _count;

    /// <summary>From the last operation to the first that is not frozen; afterwards the gradient of every parameter is valid.</summary>
    public void Backward()
    {
        for (var i = _count - 1; i >= _walked; i--)
            _ops[i].Backward(this);
        for (var i = 0; i < _parameters!.Shapes.Count; i++)
            Need(Parameter(i));
    }
}
