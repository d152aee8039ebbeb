using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Models;

/// <summary>Reconstructs windows one by one, so that a result depends on its own window alone, to the bit. Allocates nothing after the constructor.
/// One thread at a time; sessions on several threads share the <see cref="PackedModel"/>.</summary>
public sealed unsafe class InferenceSession
{
    private readonly KernelTable _kernels;
    private readonly ModelShape _shape;
    private PackedModel _packed;
    private ModelLayers _layers;
    private readonly PositionTable _positions;
    private readonly AlignedBuffer _input, _x, _h, _qkv, _attention, _turned, _mixed, _p, _sorted, _inner, _result, _output, _scratch;
    private readonly int[] _rows, _chosen, _order, _offsets;
    private readonly int _frames, _stride;

    /// <param name="frames">Of the longest window, 1 or more.</param>
    public InferenceSession(PackedModel model, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        (_packed, _layers, _kernels, _shape, _frames) = (model, model.Layers, model.Kernels, model.Model.Shape, frames);
        _positions = PositionTable.Of(_shape.Width);
        _stride = Layout.Stride(_shape.Width);
        var inner = Layout.Stride(_shape.Hidden);

        AlignedBuffer Rows(int columns) => new(checked(frames * Layout.Stride(columns)));

        (_input, _x, _h, _mixed) = (Rows(2 * _shape.Metrics), Rows(_shape.Width), Rows(_shape.Width), Rows(_shape.Width));
        (_qkv, _p, _sorted, _result) = (Rows(3 * _shape.Width), Rows(_shape.Experts), Rows(_shape.Width), Rows(_shape.Width));
        (_inner, _output) = (new AlignedBuffer(frames * inner), Rows(_shape.Metrics));
        (_attention, _turned) = (Rows(frames), new AlignedBuffer(_shape.Width / _shape.Heads * Layout.Stride(frames)));
        _scratch = new AlignedBuffer((2 * _positions.Room) + _stride);
        (_rows, _chosen, _order, _offsets) = (new int[frames], new int[frames], new int[frames], new int[_shape.Experts + 1]);
    }

    public ModelShape Shape => _shape;

    /// <summary>Another model of the same sizes: nothing that was computed before reaches its results.</summary>
    /// <exception cref="ArgumentException">It has other sizes, or is packed for another path.</exception>
    public void Use(PackedModel model)
    {
        if (model.Model.Shape != _shape || model.Path != _packed.Path)
            throw new ArgumentException($"a model of {model.Model.Shape} on {model.Path} for a session of {_shape} on {_packed.Path}", nameof(model));
        (_packed, _layers) = (model, model.Layers);
    }

    /// <summary>All frames of one window.</summary>
    /// <param name="output">Frames x metrics; zero for frames that are not valid.</param>
    /// <exception cref="ArgumentException">The window does not fit the model, or the output the window.</exception>
    public void Reconstruct(WindowBatch batch, int window, Span<float> output)
    {
        Check(batch, window, output.Length, batch.Frames * batch.Metrics);
        output.Clear();
        var tokens = Run(batch, window, newestOnly: false);
        for (var i = 0; i < tokens; i++)
            new ReadOnlySpan<float>(_output.Pointer + ((nint)i * Layout.Stride(_shape.Metrics)), _shape.Metrics).CopyTo(output[((_rows[i] - (window * batch.Frames)) * _shape.Metrics)..]);
        GC.KeepAlive(this);
    }

    /// <summary>The last frame of one window alone, which must be valid: the last layer computes nothing else.</summary>
    /// <param name="output">One number a metric.</param>
    /// <exception cref="ArgumentException">The window does not fit the model, or the output the metrics, or the last frame is not valid.</exception>
    public void ReconstructNewest(WindowBatch batch, int window, Span<float> output)
    {
        Check(batch, window, output.Length, batch.Metrics);
        if (!batch.Valid[((window + 1) * batch.Frames) - 1])
            throw new ArgumentException("the window's last frame is not valid", nameof(batch));
        Run(batch, window, newestOnly: true);
        new ReadOnlySpan<float>(_output.Pointer, _shape.Metrics).CopyTo(output);
        GC.KeepAlive(this);
    }

    private int Run(WindowBatch batch, int window, bool newestOnly)
    {
        var tokens = Embed(batch, window);
        if (tokens == 0)
            return 0;
        var x = _x.Pointer;
        for (var l = 0; l < _layers.Blocks.Length; l++)
        {
            var block = _layers.Blocks[l];
            Norm(tokens, x, block.Norm1);
            var rows = tokens;
            if (newestOnly && l == _layers.Blocks.Length - 1)
            {
                x += (nint)(tokens - 1) * _stride;
                rows = 1;
                AttendNewest(tokens);
            }
            else
            {
                AttendAll(tokens, block.Qkv);
            }
            _kernels.Multiply(rows, _mixed.Pointer, _stride, block.Out.Forward, x, _stride, true);
            Norm(rows, x, block.Norm2);
            Experts(rows, x, block);
        }
        var wanted = newestOnly ? 1 : tokens;
        Norm(wanted, x, _layers.Norm);
        _kernels.Multiply(wanted, _h.Pointer, _stride, _layers.Decoder.Forward, _output.Pointer, Layout.Stride(_shape.Metrics), false);
        return tokens;
    }

    private int Embed(WindowBatch batch, int window)
    {
        var parameters = _layers.Parameters;
        int tokens = 0, metrics = _shape.Metrics, stride = Layout.Stride(2 * metrics), first = window * batch.Frames;
        fixed (float* values = batch.Values, mask = batch.Mask)
        {
            for (var row = first; row < first + batch.Frames; row++)
            {
                if (!batch.Valid[row])
                    continue;
                _kernels.Hide(metrics, stride, values + ((nint)row * metrics), mask + ((nint)row * metrics), _input.Pointer + ((nint)tokens * stride));
                _rows[tokens++] = row;
            }
        }
        if (tokens == 0)
            return 0;
        _kernels.Multiply(tokens, _input.Pointer, stride, _layers.Input.Forward, _x.Pointer, _stride, false);
        float* position = _scratch.Pointer + (2 * _positions.Room), segment = parameters.At(_layers.Segment) + ((nint)batch.SegmentId[window] * _shape.Width);
        for (var i = 0; i < tokens; i++)
        {
            var x = _x.Pointer + ((nint)i * _stride);
            _positions.Write(_kernels, batch.Position[_rows[i]], position, _scratch.Pointer);
            _kernels.Times(_shape.Width, parameters.At(_layers.PositionGain), position, x, true);
            _kernels.Scaled(_shape.Width, batch.LogTime[_rows[i]], parameters.At(_layers.LogTime), x, true);
            _kernels.Scaled(_shape.Width, 1, segment, x, true);
        }
        return tokens;
    }

    private void Norm(int rows, float* x, int gain) =>
        _kernels.Norm(rows, _shape.Width, _stride, x, _layers.Parameters.At(gain), _layers.Parameters.At(gain + 1), _h.Pointer, null, null);

    private void AttendAll(int tokens, LinearLayer layer)
    {
        int stride = Layout.Stride(layer.Outputs), width = _shape.Width / _shape.Heads;
        _kernels.Multiply(tokens, _h.Pointer, _stride, layer.Forward, _qkv.Pointer, stride, false);
        for (var h = 0; h < _shape.Heads; h++)
        {
            var q = _qkv.Pointer + (h * width);
            float* k = q + _shape.Width, v = k + _shape.Width;
            _kernels.Attend(tokens, tokens, width, q, stride, k, v, stride, _attention.Pointer, _turned.Pointer, _mixed.Pointer + (h * width), _stride);
        }
    }

    private void AttendNewest(int tokens)
    {
        int stride = Layout.Stride(2 * _shape.Width), width = _shape.Width / _shape.Heads;
        var query = _sorted.Pointer;
        _kernels.Multiply(1, _h.Pointer + ((nint)(tokens - 1) * _stride), _stride, _packed.LastQuery, query, _stride, false);
        _kernels.Multiply(tokens, _h.Pointer, _stride, _packed.LastKeysAndValues, _qkv.Pointer, stride, false);
        for (var h = 0; h < _shape.Heads; h++)
        {
            float* k = _qkv.Pointer + (h * width), v = k + _shape.Width;
            _kernels.Attend(1, tokens, width, query + (h * width), _stride, k, v, stride, _attention.Pointer, _turned.Pointer, _mixed.Pointer + (h * width), _stride);
        }
    }

    private void Experts(int rows, float* x, ModelLayers.Block block)
    {
        int width = Layout.Stride(_shape.Experts), inner = Layout.Stride(_shape.Hidden);
        _kernels.Multiply(rows, _h.Pointer, _stride, block.Router.Forward, _p.Pointer, width, false);
        _kernels.Softmax(rows, _shape.Experts, width, 1, _p.Pointer);
        fixed (int* chosen = _chosen, order = _order, offsets = _offsets)
        {
            var routing = Routing.Top(_p.Pointer, rows, _shape.Experts, width, chosen, order, offsets);
            for (var i = 0; i < rows; i++)
                new ReadOnlySpan<float>(_h.Pointer + ((nint)order[i] * _stride), _stride).CopyTo(new Span<float>(_sorted.Pointer + ((nint)i * _stride), _stride));
            for (var e = 0; e < _shape.Experts; e++)
            {
                int first = offsets[e], count = routing.Tokens(e);
                if (count == 0)
                    continue;
                _kernels.Multiply(count, _sorted.Pointer + ((nint)first * _stride), _stride, block.Up[e].Forward, _inner.Pointer, inner, false);
                _kernels.Gelu(count * inner, _inner.Pointer, _inner.Pointer, null);
                _kernels.Multiply(count, _inner.Pointer, inner, block.Down[e].Forward, _result.Pointer, _stride, false);
                for (var i = 0; i < count; i++)
                {
                    var token = order[first + i];
                    _kernels.Scaled(_stride, _p.Pointer[(token * width) + e], _result.Pointer + ((nint)i * _stride), x + ((nint)token * _stride), true);
                }
            }
        }
    }

    private void Check(WindowBatch batch, int window, int output, int wanted)
    {
        if (batch.Metrics != _shape.Metrics || batch.Frames > _frames)
            throw new ArgumentException($"windows of {batch.Frames} x {batch.Metrics} for a session of {_frames} x {_shape.Metrics}", nameof(batch));
        if (output != wanted)
            throw new ArgumentException($"room for {output} numbers where {wanted} are written", nameof(output));
        if ((uint)window >= (uint)batch.Count)
            throw new ArgumentException($"window {window} of a batch of {batch.Count}", nameof(window));
        if ((uint)batch.SegmentId[window] >= (uint)_shape.SegmentIds)
            throw new ArgumentException($"segment {batch.SegmentId[window]} for a model of {_shape.SegmentIds} segments", nameof(batch));
    }
}
