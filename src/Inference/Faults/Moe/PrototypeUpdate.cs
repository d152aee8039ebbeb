using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>The fast start of the prototypes (FT-MoE S4): P_y = (1 - eta) P_y + eta * the mean of the batch's vectors of class y that are nearest to P_y already.
/// The paper updates host by host, so that with eta = 0.9 a prototype is nearly the last host's vector; the mean of the class is meant.</summary>
/// <remarks>Switch-over: it ends, and the triplet loss alone moves prototypes on, after the first epoch that did not lower the validation loss.</remarks>
internal static unsafe class PrototypeUpdate
{
    /// <param name="trainer">After <see cref="MoeTrainer.Step"/> on <paramref name="batch"/>.</param>
    /// <param name="eta">Weight of the new, 0 to 1.</param>
    public static void Apply(MoeTrainer trainer, MoeBatch batch, float eta)
    {
        var vectors = trainer.LastClass;
        var prototypes = trainer.Model.Parameters[MoeParameters.Prototypes];
        var width = trainer.Model.Shape.Prototype;
        Span<double> sum = stackalloc double[width];
        for (var z = 0; z < trainer.Model.Shape.Faults; z++)
        {
            sum.Clear();
            var count = 0;
            for (var r = 0; r < batch.Rows; r++)
            {
                if (batch.Labels[r] != z + 1 || Nearest(vectors.Row(r), prototypes, width) != z)
                    continue;
                count++;
                for (var j = 0; j < width; j++)
                    sum[j] += vectors.Row(r)[j];
            }
            for (var j = 0; j < width && count > 0; j++)
                prototypes[(z * width) + j] = ((1 - eta) * prototypes[(z * width) + j]) + (eta * (float)(sum[j] / count));
        }
    }

    /// <summary>The lower index on a tie.</summary>
    public static int Nearest(float* vector, ReadOnlySpan<float> prototypes, int width)
    {
        fixed (float* p = prototypes)
        {
            var best = 0;
            var least = float.PositiveInfinity;
            for (var z = 0; z * width < prototypes.Length; z++)
            {
                var d = TripletLossOp.Distance(vector, p + (z * width), width);
                if (d < least)
                    (best, least) = (z, d);
            }
            return best;
        }
    }
}
