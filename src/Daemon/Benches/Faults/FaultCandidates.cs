using System.Globalization;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Peers;

namespace Tocsin.Daemon.Benches.Faults;

/// <summary>One setting of one method, as the search tries it.</summary>
/// <param name="Group">The method, or the part of FT-MoE that is looked at.</param>
internal sealed record FaultCandidate(string Group, string Name, Func<IFaultPredictor> Make);

/// <summary>What the search tries: five settings for each learner, and parts of FT-MoE one at a time.</summary>
internal static class FaultCandidates
{
    private static readonly (float Rate, int Width)[] Grid = [(3e-3f, 64), (1.5e-3f, 64), (6e-3f, 64), (3e-3f, 48), (3e-3f, 96)];

    private static readonly (int Depth, float Shrinkage, int Trees)[] Trees = [(5, 0.15f, 60), (5, 0.15f, 120), (4, 0.15f, 120), (6, 0.15f, 120), (6, 0.3f, 60)];

    public static IReadOnlyList<FaultCandidate> All(PeerBudget budget)
    {
        var moe = new FtMoeOptions { Epochs = budget.Epochs, Patience = budget.Patience, RowsPerStep = budget.RowsPerStep, OnlineTuning = false };
        List<FaultCandidate> all = [];
        void Neural(string group, Func<float, int, IFaultPredictor> make) =>
            all.AddRange(Grid.Select(g => new FaultCandidate(group, string.Create(CultureInfo.InvariantCulture, $"rate {g.Rate} width {g.Width}"), () => make(g.Rate, g.Width))));
        Neural("FT-MoE", (rate, width) => new FtMoePredictor(moe with { Rate = rate, Width = width }));
        Neural("PreGAN+-like", (rate, width) => new PreGanPlusPredictor(budget with { Rate = rate, State = width }));
        Neural("PreGAN-like", (rate, width) => new PreGanPredictor(budget with { Rate = rate, State = width }));
        Neural("mlp", (rate, width) => new MlpPredictor(budget with { Rate = rate, Width = 2 * width }));
        all.AddRange(Trees.Select(t => new FaultCandidate("gbdt", string.Create(CultureInfo.InvariantCulture, $"depth {t.Depth} shrinkage {t.Shrinkage} rounds {t.Trees}"),
            () => new GbdtPredictor(budget with { Depth = t.Depth, Shrinkage = t.Shrinkage, Trees = t.Trees }))));
        void Part(string group, string name, FtMoeOptions options) => all.Add(new FaultCandidate(group, name, () => new FtMoePredictor(options)));
        Part("cross", "none", moe);
        Part("cross", "all hosts", moe with { CrossAttention = true });
        Part("cross", "neighbours", moe with { CrossAttention = true, CrossNeighbours = true });
        Part("gate", "Top-any", moe);
        Part("gate", "static top-2", moe with { StaticTop = 2 });
        foreach (var eta in (float[])[0.9f, 0.1f, 0])
            Part("prototypes", string.Create(CultureInfo.InvariantCulture, $"eta {eta}, class mean"), moe with { PrototypeStep = eta });
        return all;
    }
}
