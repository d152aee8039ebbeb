using System.Runtime.Intrinsics;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>The kernels of one path behind one call each. Pointers to rows of activations are aligned and padded as <see cref="Layout"/> says.</summary>
internal abstract unsafe class KernelTable
{
    private static readonly KernelTable?[] Tables = new KernelTable?[3];

    public abstract SimdPath Path { get; }

    /// <summary>Columns of a panel of a <see cref="PackedMatrix"/>.</summary>
    public abstract int Panel { get; }

    /// <exception cref="PlatformNotSupportedException">The processor lacks the path.</exception>
    public static KernelTable Of(SimdPath path)
    {
        if (!SimdPaths.Available.Contains(path))
            throw new PlatformNotSupportedException($"the processor has no {path}");
        return Tables[(int)path] ??= path switch
        {
            SimdPath.Avx512 => new KernelTable<Simd512, Vector512<float>>(path),
            SimdPath.Avx2 => new KernelTable<Simd256, Vector256<float>>(path),
            _ => new KernelTable<Simd128, Vector128<float>>(path),
        };
    }

    /// <summary>Turns of a loop of nothing but multiply-adds on independent sums. Returns the floating-point operations done.</summary>
    public abstract double Spin(int turns);

    public PackedMatrix Pack(int depth, int columns) => new(depth, columns, Panel);

    public abstract void Multiply(int m, float* a, int lda, PackedMatrix b, float* c, int ldc, bool accumulate);

    public abstract void Multiply(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate);

    public abstract void MultiplyTransposed(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate);

    public abstract void Add(int n, float* x, float* y);

    public abstract void Scaled(int n, float a, float* x, float* y, bool accumulate);

    public abstract void Times(int n, float* x, float* y, float* z, bool accumulate);

    public abstract void Turn(int sines, int cosines, float* sinA, float* cosA, float* sinB, float* cosB, float* sin, float* cos);

    public abstract float Sum(int n, float* x);

    public abstract float Dot(int n, float* x, float* y);

    public abstract void Gelu(int n, float* x, float* y, float* slope);

    public abstract void ColumnSums(int rows, int n, float* x, int ldx, float* sums, bool accumulate);

    public abstract void Norm(int rows, int n, int ld, float* x, float* gain, float* bias, float* y, float* unit, float* scale);

    public abstract void NormBack(int rows, int n, int ld, float* unit, float* scale, float* gain, float* dy, float* dx, bool accumulate, float* dgain, float* dbias);

    public abstract void Softmax(int rows, int n, int ld, float scale, float* x);

    public abstract void SoftmaxBack(int rows, int ld, float scale, float* p, float* dp, float* dx, bool accumulate);

    /// <summary>Floats of a row of attention over this many keys.</summary>
    public abstract int AttentionStride(int keys);

    public abstract void Attend(int queries, int keys, int width, float* q, int ldq, float* k, float* v, int ld, float* p, float* turned, float* output, int ldo);

    public abstract void AttendBack(int n, int width, float* q, float* k, float* v, int ld, float* p, float* turned, float* dp,
        float* doutput, int ldo, float* dq, float* dk, float* dv, int ldd);

    /// <summary>Floats of scratch of <see cref="Stream"/> and <see cref="StreamBack"/>.</summary>
    public abstract int StreamRoom { get; }

    public abstract void Stream(int queries, int keys, int width, float* q, int ldq, float* turned, int ldt, float* v, int ldv,
        float* scratch, float* output, int ldo, float* norms);

    public abstract void StreamBack(int queries, int keys, int width, float* q, int ldq, float* k, float* turned, float* turnedV, int ldt, int ldk,
        float* scratch, float* norms, float* along, float* doutput, int ldo, float* dq, int lddq, float* dk, float* dv, int lddk);

    public abstract float EdgeScore(int n, float* a, float* b, float* offset, float* slope, float amount, float* w);

    public abstract void EdgeBack(int n, float* a, float* b, float* offset, float* slope, float amount, float* w, float ds,
        float* da, float* db, float* doffset, float* dslope, float* dw);

    public abstract void EdgeCarry(int n, float share, float* t, float* gain, float amount, float* message, float* y, bool accumulate);

    public abstract float EdgeCarryBack(int n, float share, float* t, float* gain, float amount, float* message, float* dy, float* dt, float* dgain, float* dmessage);

    public abstract float LossRow(int n, int ld, float* x, float* target, float* counts, float* weights, float factor, float* slope);

    public abstract void Hide(int n, int ld, float* values, float* hidden, float* to);

    public abstract void Adam(int n, float* w, float* g, float* m, float* v, float gradientScale, float beta1, float beta2, float rate, float second, float epsilon, float decay);
}

internal sealed unsafe class KernelTable<S, V>(SimdPath path) : KernelTable
    where S : struct, ISimd<V>
    where V : struct
{
    public override SimdPath Path => path;

    public override double Spin(int turns) => PeakLoop<S, V>.Run(turns);

    public override int Panel => 2 * S.Lanes;

    public override void Multiply(int m, float* a, int lda, PackedMatrix b, float* c, int ldc, bool accumulate) =>
        Product<S, V>.Packed(m, a, lda, b, c, ldc, accumulate);

    public override void Multiply(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate) =>
        Product<S, V>.Plain(m, n, k, a, lda, b, ldb, c, ldc, accumulate);

    public override void MultiplyTransposed(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate) =>
        Product<S, V>.Transposed(m, n, k, a, lda, b, ldb, c, ldc, accumulate);

    public override void Add(int n, float* x, float* y) => FlatKernels<S, V>.Add(n, x, y);

    public override void Scaled(int n, float a, float* x, float* y, bool accumulate) => FlatKernels<S, V>.Scaled(n, a, x, y, accumulate);

    public override void Times(int n, float* x, float* y, float* z, bool accumulate) => FlatKernels<S, V>.Times(n, x, y, z, accumulate);

    public override void Turn(int sines, int cosines, float* sinA, float* cosA, float* sinB, float* cosB, float* sin, float* cos) =>
        FlatKernels<S, V>.Turn(sines, cosines, sinA, cosA, sinB, cosB, sin, cos);

    public override float Sum(int n, float* x) => FlatKernels<S, V>.Sum(n, x);

    public override float Dot(int n, float* x, float* y) => FlatKernels<S, V>.Dot(n, x, y);

    public override void Gelu(int n, float* x, float* y, float* slope) => FlatKernels<S, V>.Gelu(n, x, y, slope);

    public override void ColumnSums(int rows, int n, float* x, int ldx, float* sums, bool accumulate) =>
        FlatKernels<S, V>.ColumnSums(rows, n, x, ldx, sums, accumulate);

    public override void Norm(int rows, int n, int ld, float* x, float* gain, float* bias, float* y, float* unit, float* scale) =>
        NormKernels<S, V>.Forward(rows, n, ld, x, gain, bias, y, unit, scale);

    public override void NormBack(int rows, int n, int ld, float* unit, float* scale, float* gain, float* dy, float* dx, bool accumulate, float* dgain, float* dbias) =>
        NormKernels<S, V>.Backward(rows, n, ld, unit, scale, gain, dy, dx, accumulate, dgain, dbias);

    public override void Softmax(int rows, int n, int ld, float scale, float* x) => SoftmaxKernels<S, V>.Forward(rows, n, ld, scale, x);

    public override void SoftmaxBack(int rows, int ld, float scale, float* p, float* dp, float* dx, bool accumulate) =>
        SoftmaxKernels<S, V>.Backward(rows, ld, scale, p, dp, dx, accumulate);

    public override int AttentionStride(int keys) => AttentionKernels<S, V>.Stride(keys);

    public override void Attend(int queries, int keys, int width, float* q, int ldq, float* k, float* v, int ld, float* p, float* turned, float* output, int ldo) =>
        AttentionKernels<S, V>.Forward(queries, keys, width, q, ldq, k, v, ld, p, turned, output, ldo);

    public override void AttendBack(int n, int width, float* q, float* k, float* v, int ld, float* p, float* turned, float* dp,
        float* doutput, int ldo, float* dq, float* dk, float* dv, int ldd) =>
        AttentionKernels<S, V>.Backward(n, width, q, k, v, ld, p, turned, dp, doutput, ldo, dq, dk, dv, ldd);

    public override int StreamRoom => StreamKernels<S, V>.Room;

    public override void Stream(int queries, int keys, int width, float* q, int ldq, float* turned, int ldt, float* v, int ldv,
        float* scratch, float* output, int ldo, float* norms) =>
        StreamKernels<S, V>.Forward(queries, keys, width, q, ldq, turned, ldt, v, ldv, scratch, output, ldo, norms);

    public override void StreamBack(int queries, int keys, int width, float* q, int ldq, float* k, float* turned, float* turnedV, int ldt, int ldk,
        float* scratch, float* norms, float* along, float* doutput, int ldo, float* dq, int lddq, float* dk, float* dv, int lddk) =>
        StreamKernels<S, V>.Backward(queries, keys, width, q, ldq, k, turned, turnedV, ldt, ldk, scratch, norms, along, doutput, ldo, dq, lddq, dk, dv, lddk);

    public override float EdgeScore(int n, float* a, float* b, float* offset, float* slope, float amount, float* w) =>
        EdgeKernels<S, V>.Score(n, a, b, offset, slope, amount, w);

    public override void EdgeBack(int n, float* a, float* b, float* offset, float* slope, float amount, float* w, float ds,
        float* da, float* db, float* doffset, float* dslope, float* dw) =>
        EdgeKernels<S, V>.Back(n, a, b, offset, slope, amount, w, ds, da, db, doffset, dslope, dw);

    public override void EdgeCarry(int n, float share, float* t, float* gain, float amount, float* message, float* y, bool accumulate) =>
        EdgeKernels<S, V>.Carry(n, share, t, gain, amount, message, y, accumulate);

    public override float EdgeCarryBack(int n, float share, float* t, float* gain, float amount, float* message, float* dy, float* dt, float* dgain, float* dmessage) =>
        EdgeKernels<S, V>.CarryBack(n, share, t, gain, amount, message, dy, dt, dgain, dmessage);

    public override float LossRow(int n, int ld, float* x, float* target, float* counts, float* weights, float factor, float* slope) =>
        LossKernels<S, V>.Row(n, ld, x, target, counts, weights, factor, slope);

    public override void Hide(int n, int ld, float* values, float* hidden, float* to) => LossKernels<S, V>.Hide(n, ld, values, hidden, to);

    public override void Adam(int n, float* w, float* g, float* m, float* v, float gradientScale, float beta1, float beta2, float rate, float second, float epsilon, float decay) =>
        AdamKernels<S, V>.Step(n, w, g, m, v, gradientScale, beta1, beta2, rate, second, epsilon, decay);
}
