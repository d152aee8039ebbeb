using Tocsin.Ingest.Backfill;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Answers of a query API: series, or a failure of the server in one line.</summary>
internal static class QueryAnswerFuzz
{
    private static readonly byte[] Valid = """
        {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"a:1"},"values":[[1700000000,"1"],[1700000015.5,"NaN"]]},{"metric":{},"value":[1,"2"]}]}}
        """u8.ToArray();

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var text = random.Next(10) == 0 ? Mutations.Noise(random, 300) : Mutations.Damage(random, Valid);
        try
        {
            var series = QueryAnswer.Series(text);
            foreach (var (_, body) in ScrapeTextWriter.Write(series))
            {
                if (body.Length == 0)
                    throw new InvalidOperationException($"seed {seed}: an empty scrape");
            }
        }
        catch (DependencyException e) when (!e.Message.Contains('\n', StringComparison.Ordinal))
        {
        }
        try
        {
            QueryAnswer.Texts(text);
        }
        catch (DependencyException)
        {
        }
    }
}
