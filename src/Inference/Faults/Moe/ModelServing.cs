namespace Tocsin.Inference.Faults.Moe;

/// <summary>One model at work on intervals as they come. One thread at a time.</summary>
public sealed class ModelServing
{
    private readonly HostInput _input;
    private readonly MoeBatch _batch;
    private float[] _faulty = [];
    private float[] _distances = [];

    public ModelServing(FaultModel model)
    {
        (Model, Session, _input) = (model, new MoeSession(model.Model), model.Input());
        _batch = new MoeBatch(_input.Columns);
    }

    public FaultModel Model { get; }

    public MoeSession Session { get; }

    /// <summary>Of the last <see cref="Predict"/>: P(fault) before calibration.</summary>
    public ReadOnlySpan<float> Faulty => _faulty;

    /// <summary>Of the last <see cref="Predict"/>: hosts x faults.</summary>
    public ReadOnlySpan<float> Distances => _distances;

    /// <summary>Of the last <see cref="Predict"/>: hosts x columns.</summary>
    public ReadOnlySpan<float> Inputs => _batch.Inputs;

    public MoeSession.GateSeen? OnGate
    {
        get => Session.OnGate;
        init => Session.OnGate = value;
    }

    public ReadOnlySpan<AgedEdge> Edges(PastView past) => _input.Edges(past);

    /// <summary>Edges of the last interval that did not fit the graph's bound.</summary>
    public int EdgesLeftOut => _batch.Graph.LeftOut;

    /// <param name="scores">hosts x classes.</param>
    public void Predict(PastView past, Span<float> scores)
    {
        var (hosts, faults) = (past.Hosts, Model.Model.Shape.Faults);
        if (_faulty.Length != hosts)
            (_faulty, _distances) = (new float[hosts], new float[hosts * faults]);
        _batch.Clear();
        _batch.Add(hosts, _input.Edges(past));
        _input.Write(past, _batch.Inputs);
        Session.Run(_batch, _faulty, _distances);
        for (var h = 0; h < hosts; h++)
            Model.Calibration.Write(_faulty[h], _distances.AsSpan(h * faults, faults), scores.Slice(h * (faults + 1), faults + 1));
    }
}
