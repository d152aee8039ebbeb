using Tocsin.Integration.Deploying;
using Tocsin.Integration.Page;
using Tocsin.Integration.Serve;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Tocsin.Integration.LongestFirst", "Tocsin.Integration")]

namespace Tocsin.Integration;

/// <summary>What takes longest begins first, so that nothing long is left alone at the end while the other runners have nothing to do: Slurm's clusters, which wait for most of
/// their time and may not be beside each other, then what trains or draws.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] First = [Slurm.SlurmTests.Name, .. ((Type[])[typeof(PackageSpec), typeof(DemoSpec), typeof(LearningSpec), typeof(PageSpec), typeof(ServeSpec), typeof(VerdictSpec), typeof(SenderSpec)]).Select(t => t.FullName!)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Place).ThenBy(c => c.DisplayName, StringComparer.Ordinal);

    /// <summary>A class without a collection of its own makes one that is called after it.</summary>
    private static int Place(ITestCollection collection) =>
        Array.FindIndex(First, f => collection.DisplayName == f || collection.DisplayName.EndsWith(f, StringComparison.Ordinal)) is var at and >= 0 ? at : First.Length;
}
