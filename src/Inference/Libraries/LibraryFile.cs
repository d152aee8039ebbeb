using System.Text.Json;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Shared;

namespace Tocsin.Inference.Libraries;

/// <summary>A pattern library as one file: a manifest in JSON and its arrays, in the container of <see cref="SectionFile"/>. Holds data only.</summary>
public static class LibraryFile
{
    private const string Manifest = "manifest";

    /// <summary>Refuses what <see cref="Save"/> cannot write to, before hours of training.</summary>
    /// <exception cref="DependencyException">A folder stands there, or there is no folder to stand in.</exception>
    public static void CheckTarget(string path)
    {
        if (Directory.Exists(path))
            throw new DependencyException($"cannot write the library: '{Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}' is a folder; name a file");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
            throw new DependencyException($"cannot write the library: there is no folder '{folder}'; make it or choose another --out");
    }

    /// <exception cref="DependencyException">The disk refused; what stood at <paramref name="path"/> still does.</exception>
    public static void Save(string path, PatternLibrary library)
    {
        var sections = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var state = new LibraryState(
            library.Report, library.Plan, library.Patterns.State, library.Groups, library.Window, library.Envelope, library.Pooled.Model.Shape,
            [.. library.Models.Prepend(library.Pooled).Select(m => StateOf(m, library.Pooled))],
            library.Calibration, library.Thresholds, library.Pca, library.PatternZ, library.Settling, library.Catalogue);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(state, new ArraySections(sections).Options());
        sections.Add(Manifest, manifest);
        SectionFile.Write(path, sections);
    }

    /// <exception cref="LibraryRefusedException">Not a whole, unchanged library of this version.</exception>
    /// <exception cref="DependencyException">The file cannot be read.</exception>
    public static PatternLibrary Load(string path)
    {
        var sections = new Dictionary<string, byte[]>(SectionFile.Read(path), StringComparer.Ordinal);
        try
        {
            var manifest = sections.GetValueOrDefault(Manifest) ?? throw new FormatException("it has no manifest");
            var state = JsonSerializer.Deserialize<LibraryState>(manifest, new ArraySections(sections).Options()) ?? throw new FormatException("its manifest is empty");
            return Restore(state);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or ArgumentException or OverflowException)
        {
            throw new LibraryRefusedException(
                $"library '{Path.GetFileName(path)}' cannot be used: {failure.Message.Split('\n')[0]}; it was written by another version of Tocsin or by another hand; train it again", failure);
        }
    }

    private static PatternModelState StateOf(PatternModel model, PatternModel pooled) => new(
        model.PatternId, !ReferenceEquals(model, pooled) && ReferenceEquals(model.Model, pooled.Model) ? null : model.Model.Parameters.Block.ToArray(),
        model.Weights, model.Values, model.Residuals);

    private static PatternLibrary Restore(LibraryState state)
    {
        LibraryChecks.Check(state);
        var models = new List<PatternModel>(state.Models.Count);
        foreach (var model in state.Models)
        {
            var weights = model.Block is null ? models[0].Model : ReconstructionModel.From(state.Shape, model.Block);
            models.Add(new PatternModel(model.PatternId, weights, model.Weights, model.Values, model.Residuals));
        }
        return new PatternLibrary
        {
            Report = state.Report,
            Plan = state.Plan,
            Patterns = new PatternSet(state.Patterns),
            Groups = state.Groups,
            Window = state.Window,
            Envelope = state.Envelope,
            Pooled = models[0],
            Models = models[1..],
            Calibration = state.Calibration,
            Thresholds = state.Thresholds,
            Pca = state.Pca,
            PatternZ = state.PatternZ,
            Settling = state.Settling,
            Catalogue = state.Catalogue,
        };
    }
}
