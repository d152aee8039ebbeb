using System.Text.Json;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit;

/// <summary>What a fixture's generator wrote: a model of PyTorch's, what it was given, and what came out.</summary>
internal abstract class TorchFile
{
    private readonly JsonElement _results;

    /// <param name="results">The part that holds what came out; null: the whole.</param>
    protected TorchFile(string resource, string? results = null)
    {
        using var stream = typeof(TorchFile).Assembly.GetManifestResourceStream(resource)!;
        Root = JsonDocument.Parse(stream).RootElement;
        _results = results is null ? Root : Root.GetProperty(results);
    }

    protected JsonElement Root { get; }

    public double Number(string result) => _results.GetProperty(result).GetDouble();

    public float[] Floats(string result) => Floats(_results.GetProperty(result));

    public float[] Gradient(string parameter) => Floats(_results.GetProperty("gradients").GetProperty(parameter));

    protected float[] Given(string name) => Floats(Root.GetProperty(name));

    protected int Size(string name) => Root.GetProperty("shape").GetProperty(name).GetInt32();

    protected void Fill(ParameterSet parameters)
    {
        foreach (var shape in parameters.Shapes)
            Floats(Root.GetProperty("parameters").GetProperty(shape.Name)).CopyTo(parameters[shape.Name]);
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];
}
