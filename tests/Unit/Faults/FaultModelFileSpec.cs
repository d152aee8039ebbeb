using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Inference.Libraries;
using Tocsin.Shared;

namespace Tocsin.Unit.Faults;

public sealed class FaultModelFileSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string FilePath => Path.Combine(_folder, "model.tocsin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_predicts_the_same_to_the_bit()
    {
        var (model, history) = Made();
        var about = new ModelVersion(7, 3, new IntervalRange(10, 20), 4, 1, 2) { Verdict = Verdict.Promoted, Judged = 30, Labels = 480, Loss = 0.25, ChampionLoss = 0.5, Since = 60 };
        FaultModelFile.Write(FilePath, model, about);
        var (read, version) = FaultModelFile.Read(FilePath);
        Assert.Equal(about, version);
        float[] expected = new float[15], got = new float[15];
        new ModelServing(model).Predict(new PastView(history, 20), expected);
        new ModelServing(read).Predict(new PastView(history, 20), got);
        Assert.Equal(expected, got);
    }

    [Fact]
    public void A_byte_that_changed_is_found()
    {
        var (model, _) = Made();
        FaultModelFile.Write(FilePath, model, new ModelVersion(1, 0, default, 4, 0, 0));
        var bytes = File.ReadAllBytes(FilePath);
        foreach (var at in new[] { 20, bytes.Length / 2, bytes.Length - 1 })
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 1;
            File.WriteAllBytes(FilePath, damaged);
            Assert.Throws<LibraryRefusedException>(() => FaultModelFile.Read(FilePath));
        }
        File.WriteAllBytes(FilePath, bytes[..^40]);
        Assert.Throws<LibraryRefusedException>(() => FaultModelFile.Read(FilePath));
    }

    [Fact]
    public void A_file_of_the_earlier_format_is_refused_with_a_line_that_says_so()
    {
        var (model, _) = Made();
        FaultModelFile.Write(FilePath, model, new ModelVersion(1, 0, default, 4, 0, 0));
        var sections = SectionFile.Read(FilePath).ToDictionary();
        var manifest = System.Text.Encoding.UTF8.GetString(sections["fault-model"]);
        sections["fault-model"] = System.Text.Encoding.UTF8.GetBytes(manifest.Replace($"\"Format\":{FaultModelFile.Version}", "\"Format\":1", StringComparison.Ordinal));
        SectionFile.Write(FilePath, sections);
        Assert.Contains("has format 1; this Tocsin reads 2; train it again", Assert.Throws<LibraryRefusedException>(() => FaultModelFile.Read(FilePath)).Message);
    }

    [Fact]
    public void A_library_of_something_else_and_sizes_that_contradict_are_refused()
    {
        SectionFile.Write(FilePath, new Dictionary<string, byte[]> { ["manifest"] = [1, 2, 3] });
        Assert.Throws<LibraryRefusedException>(() => FaultModelFile.Read(FilePath));
        var (model, _) = Made();
        FaultModelFile.Write(FilePath, model with { Classes = 4 }, new ModelVersion(1, 0, default, 4, 0, 0));
        Assert.Throws<LibraryRefusedException>(() => FaultModelFile.Read(FilePath));
        model.Model.Parameters.Block[5] = float.NaN;
        FaultModelFile.Write(FilePath, model, new ModelVersion(1, 0, default, 4, 0, 0));
        Assert.Throws<LibraryRefusedException>(() => FaultModelFile.Read(FilePath));
    }

    private static (FaultModel Model, FaultHistory History) Made()
    {
        var history = PlantedFaults.Make(40, seed: 3);
        var predictor = new FtMoePredictor(new FtMoeOptions { Epochs = 1, Experts = 4, OnlineTuning = false });
        predictor.Fit(history, new IntervalRange(0, 30), new IntervalRange(30, 40), seed: 1);
        return (predictor.Model, history);
    }
}
