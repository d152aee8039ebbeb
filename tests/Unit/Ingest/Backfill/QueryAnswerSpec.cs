using System.Text;
using Tocsin.Ingest.Backfill;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Backfill;

public sealed class QueryAnswerSpec
{
    [Fact]
    public void A_matrix_becomes_scrapes_with_what_each_time_had()
    {
        var series = QueryAnswer.Series("""
            {"status":"success","isPartial":false,"data":{"resultType":"matrix","stats":{"x":[1]},"result":[
             {"metric":{"__name__":"b","path":"/a \"q\"\\\n","cpu":"0"},"values":[[1700000000,"1.5"],[1700000015.5,"NaN"],[1700000030,"+Inf"]]},
             {"metric":{"__name__":"a"},"values":[[1700000015.5,"2e3"]],"extra":{"y":1}}]},"warnings":["w"]}
            """u8);
        Assert.Equal(
            ["1700000000000|b{cpu=\"0\",path=\"/a \\\"q\\\"\\\\\\n\"} 1.5\n", "1700000015500|a 2000\n", "1700000030000|b{cpu=\"0\",path=\"/a \\\"q\\\"\\\\\\n\"} +Inf\n"],
            ScrapeTextWriter.Write(series).Select(s => $"{s.TimeMs}|{s.Body}"));
    }

    [Fact]
    public void A_vector_and_a_list_of_values_are_read()
    {
        Assert.Equal(64, QueryAnswer.Series("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"instance":"x"},"value":[1,"64"]}]}}"""u8).Single().Points.Single().Value);
        Assert.Equal(["a", "b"], QueryAnswer.Texts("""{"status":"success","data":["a","b"]}"""u8));
    }

    [Theory]
    [InlineData("<html>log in</html>")]
    [InlineData("{}")]
    [InlineData("""{"data":{"result":[{"metric":{},"values":[[1,2]]}]}}""")]
    [InlineData("""{"data":{"result":[{"metric":{},"values":[["x","2"]]}]}}""")]
    [InlineData("""{"data":{"result":[{"values":[]}]}}""")]
    [InlineData("""{"data":{"result":[{"metric":{"a":1}}]}}""")]
    [InlineData("""{"data":{"result":[[[[[[[[[[[[[[[[[[[[""")]
    [InlineData("""{"data":{"result":[{"metric":{},"values":[[1,"2",3]]}]}}""")]
    public void What_is_no_answer_is_a_failure_of_the_server_in_one_line(string text)
    {
        var failed = Assert.Throws<DependencyException>(() => QueryAnswer.Series(Encoding.UTF8.GetBytes(text)));
        Assert.DoesNotContain("\n", failed.Message);
    }

    [Fact]
    public void Values_keep_every_digit()
    {
        var values = new[] { 0.1, 1.0 / 3, 123456789.987654321, 5e-324, 1.7976931348623157e308, -0.0 };
        var text = ScrapeTextWriter.Write([new QuerySeries(new SeriesId("a", []), values.Select((v, i) => ((long)i, v)).ToList())]).Select(s => s.Body[2..^1]);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), text.Select(t => BitConverter.DoubleToInt64Bits(double.Parse(t, System.Globalization.CultureInfo.InvariantCulture))));
    }
}
