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
}
