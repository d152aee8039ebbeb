namespace Tocsin.Integration;

/// <summary>A library that the executable made of <see cref="TinyRecording"/>, once for all tests of a class.</summary>
public sealed class TrainedLibrary : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-trained").FullName;

    public string Library => Path.Combine(_folder, "library");

    public string Data => Path.Combine(_folder, "tiny");

    public async Task InitializeAsync()
    {
        new TinyRecording().Write(Data);
        var result = await TocsinProcess.RunAsync(Train(Data, Library));
        Assert.True(result.ExitCode == 0, result.Error);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    public static string[] Train(string data, string library) => ["train", "--data", data, "--out", library, "--epochs", "2", "--width", "6"];

    public static string[] Detect(string data, string library, string scores) => ["detect", "--data", data, "--library", library, "--scores", scores];
}
