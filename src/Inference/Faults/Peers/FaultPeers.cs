using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>All that is measured beside each other. Each call makes new ones, which share nothing.</summary>
public static class FaultPeers
{
    public const string Tuned = "FT-MoE";

    /// <summary>The same model that learns nothing while labels come.</summary>
    public const string NotTuned = "FT-MoE not tuned";

    /// <summary>By name, in the order of the tables: trivial, plain, from the literature, FT-MoE and its ablations. Settings as the search chose them (docs/FAULTS.md).</summary>
    public static IReadOnlyList<IFaultPredictor> All(PeerBudget budget)
    {
        var moe = new FtMoeOptions { Name = Tuned, Epochs = budget.Epochs, Patience = budget.Patience, RowsPerStep = budget.RowsPerStep };
        return
        [
            new RandomPredictor(),
            new PriorPredictor(),
            new PersistencePredictor(),
            new LogisticPredictor(budget),
            new MlpPredictor(budget),
            new GbdtPredictor(budget),
            new DftmPredictor(),
            new EclbPredictor(budget),
            new PcftPredictor(),
            new CmodlbPredictor(budget),
            new PreGanPredictor(budget),
            new PreGanPlusPredictor(budget with { Rate = 3e-3f }),
            new FtMoePredictor(moe),
            new FtMoePredictor(moe with { Name = "FT-MoE static top-2", StaticTop = 2 }),
            new FtMoePredictor(moe with { Name = NotTuned, OnlineTuning = false }),
            new FtMoePredictor(moe with { Name = "FT-MoE cross to all", CrossAttention = true }),
            new FtMoePredictor(moe with { Name = "FT-MoE cross to neighbours", CrossAttention = true, CrossNeighbours = true }),
        ];
    }
}
