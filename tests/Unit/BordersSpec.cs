using Tocsin.Checkpointing.Policies;
using Tocsin.Inference.Preparation;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Unit;

/// <summary>Which project may know which: Shared nobody, Ingest, Inference and Checkpointing only Shared.</summary>
public sealed class BordersSpec
{
    [Theory]
    [InlineData(typeof(NodeKey), new string[0])]
    [InlineData(typeof(DataFolder), new[] { "Tocsin.Shared" })]
    [InlineData(typeof(PreparationPlan), new[] { "Tocsin.Shared" })]
    [InlineData(typeof(IPolicy), new[] { "Tocsin.Shared" })]
    public void A_project_references_only_what_it_may(Type inProject, string[] allowed)
    {
        var ours = inProject.Assembly.GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => n.StartsWith("Tocsin.", StringComparison.Ordinal) || n == "tocsin");
        Assert.Empty(ours.Except(allowed));
    }
}
