namespace Tocsin.Integration;

public sealed class CommandLineSpec
{
    [Theory]
    [InlineData("bench list", 0)]
    [InlineData("bench nonsense", 2)]
    [InlineData("nonsense", 2)]
    public async Task Exit_status_says_what_happened(string words, int expected)
    {
        var result = await TocsinProcess.RunAsync(words.Split(' '));
        Assert.Equal(expected, result.ExitCode);
    }

    [Theory]
    [InlineData("train --data d --out o --epochs many", "--epochs")]
    [InlineData("train --data d --out o --patterns many", "--patterns")]
    [InlineData("train --data d --out o --user-weight 101", "--user-weight")]
    [InlineData("detect --data d --library l --scores s --threads many", "--threads")]
    [InlineData("detect --data d --library l --scores s --part Rest", "--part")]
    [InlineData("eval --scores s --bootstrap many", "--bootstrap")]
    [InlineData("eval --scores s --min-event-frames 0", "--min-event-frames")]
    [InlineData("demo --epochs many", "--epochs")]
    [InlineData("bench scores --data d --epochs 0", "--epochs")]
    [InlineData("bench scores --data d --until soon", "--until")]
    public async Task A_value_that_an_option_cannot_take_is_wrong_words(string words, string option)
    {
        var result = await TocsinProcess.RunAsync(words.Split(' '));
        Assert.True(result.ExitCode == 2, $"exit {result.ExitCode}: {result.Error}");
        Assert.Contains(option, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }
}
