namespace Tocsin.Inference.Faults.Moe;

/// <summary>Everything that serves: weights, the scaling of the inputs, the calibration of the outputs. Immutable by agreement: a tuned one is another one.</summary>
/// <param name="Classes">With "no fault".</param>
public sealed record FaultModel(MoeModel Model, InputScaling Scaling, Calibration Calibration, int Intervals, int Classes)
{
    public HostInput Input(int remembered = 2 * IFaultPredictor.PastIntervals) => new(Scaling, Classes, Intervals, remembered);
}
