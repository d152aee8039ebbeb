namespace Tocsin.Inference.Faults.Moe;

/// <summary>A model on a range of intervals: its loss once it is calibrated there, and that calibration.</summary>
internal sealed class ValidationRun(FaultHistory history, IntervalRange range)
{
    /// <summary>Loss: mean negative log-likelihood of the labels that are known; without any, 0.</summary>
    public (double Loss, Calibration Calibration) Of(FaultModel model, HostInput input)
    {
        int hosts = history.Hosts, faults = history.Classes - 1, first = Math.Max(1, range.First), rows = Math.Max(0, range.End - first) * hosts;
        float[] faulty = new float[rows], distances = new float[rows * faults];
        var labels = new int[rows];
        var session = new MoeSession(model.Model);
        var batch = new MoeBatch(input.Columns);
        for (int t = first, row = 0; t < range.End; t++, row += hosts)
        {
            var past = new PastView(history, t);
            batch.Clear();
            batch.Add(hosts, input.Edges(past));
            input.Write(past, batch.Inputs);
            session.Run(batch, faulty.AsSpan(row), distances.AsSpan(row * faults));
            for (var h = 0; h < hosts; h++)
                labels[row + h] = history.Label(t, h) is { } label ? (int)label : -1;
        }
        var calibration = Calibration.Fit(faulty, distances, labels, faults);
        return (Loss(calibration, faulty, distances, labels, faults), calibration);
    }

    private static double Loss(Calibration calibration, float[] faulty, float[] distances, int[] labels, int faults)
    {
        Span<float> scores = stackalloc float[faults + 1];
        double loss = 0;
        var known = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0)
                continue;
            calibration.Write(faulty[i], distances.AsSpan(i * faults, faults), scores);
            loss -= Math.Log(Math.Max(scores[labels[i]], 1e-9f));
            known++;
        }
        return known > 0 ? loss / known : 0;
    }
}
