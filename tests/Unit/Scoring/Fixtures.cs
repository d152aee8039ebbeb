namespace Tocsin.Unit.Scoring;

/// <summary>Reference values made by make_fixtures.py beside them.</summary>
internal static class Fixtures
{
    public static IEnumerable<string[]> Lines(string name) =>
        File.ReadLines(Path.Combine(SharedData.Root, "tests", "Unit", "Scoring", "Fixtures", name)).Select(l => l.Split(','));

    public static double[] Numbers(string field) => [.. field.Split(' ').Select(double.Parse)];
}
