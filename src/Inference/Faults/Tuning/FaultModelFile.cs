using System.Text.Json;
using System.Text.Json.Serialization;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Libraries;
using Tocsin.Shared;

namespace Tocsin.Inference.Faults.Tuning;

/// <summary>A fault model in a file: the container of pattern libraries with the sections <c>fault-model</c> (JSON) and <c>weights</c> (float32, little-endian), so it is
/// versioned, summed and replaced at once. Described in docs/FORMATS.md.</summary>
public static class FaultModelFile
{
    public const int Version = 2;

    private const string Manifest = "fault-model";
    private const string Weights = "weights";

    private static readonly JsonSerializerOptions Json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="DependencyException">The disk refused; nothing is left behind.</exception>
    public static void Write(string path, FaultModel model, ModelVersion version)
    {
        var state = new State(Version, model.Model.Shape, model.Scaling, model.Calibration, model.Intervals, model.Classes, version);
        SectionFile.Write(path, new Dictionary<string, byte[]>
        {
            [Manifest] = JsonSerializer.SerializeToUtf8Bytes(state, Json),
            [Weights] = Blob.Of<float>(model.Model.Parameters.Block),
        });
    }

    /// <exception cref="LibraryRefusedException">Torn, foreign, of another version, or it does not fit together.</exception>
    /// <exception cref="DependencyException">The file cannot be read.</exception>
    public static (FaultModel Model, ModelVersion Version) Read(string path)
    {
        var name = Path.GetFileName(path);
        var sections = SectionFile.Read(path);
        if (!sections.TryGetValue(Manifest, out var manifest) || !sections.TryGetValue(Weights, out var weights))
            throw new LibraryRefusedException($"'{name}' is no fault model: it has no section '{Manifest}' or '{Weights}'");
        try
        {
            var state = JsonSerializer.Deserialize<State>(manifest, Json) ?? throw new FormatException("the manifest is empty");
            if (state.Format != Version)
                throw new LibraryRefusedException($"fault model '{name}' has format {state.Format}; this Tocsin reads {Version}; train it again");
            Check(state);
            var model = MoeModel.From(state.Shape, Blob.To<float>(weights));
            foreach (var weight in model.Parameters.Block)
            {
                if (!float.IsFinite(weight))
                    throw new FormatException("a weight is not a number");
            }
            return (new FaultModel(model, state.Scaling, state.Calibration, state.Intervals, state.Classes), state.About);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or ArgumentException or BadDataException or NotSupportedException)
        {
            throw new LibraryRefusedException($"fault model '{name}' does not fit together: {failure.Message}; train it again or take a copy");
        }
    }

    private static void Check(State state)
    {
        state.Shape.Check();
        var features = state.Scaling.Features;
        if (state.Intervals is < 1 or > IFaultPredictor.PastIntervals || state.Classes != state.Shape.Faults + 1 || features < 1
            || state.Scaling.Deviation.Length != features || state.Scaling.Median.Length != features || state.Scaling.Spread.Length != features)
        {
            throw new FormatException("sizes of inputs and classes contradict each other");
        }
        if (state.Scaling.Deviation.Concat(state.Scaling.Spread).Any(v => !(v > 0)) || new HostInput(state.Scaling, state.Classes, state.Intervals).Columns != state.Shape.Inputs)
            throw new FormatException("the scaling does not fit the inputs");
    }

    private sealed record State(int Format, MoeShape Shape, InputScaling Scaling, Calibration Calibration, int Intervals, int Classes, ModelVersion About);
}
