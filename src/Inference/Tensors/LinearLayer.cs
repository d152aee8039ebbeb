using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors;

/// <summary>Weights and biases of x W + b, laid out for the products forwards and, for training, backwards.
/// <see cref="Pack"/> after each change of the parameters; read by any number of threads in between.</summary>
internal sealed unsafe class LinearLayer
{
    private readonly ParameterSet _parameters;

    /// <param name="bias">Index of the biases, or -1.</param>
    public LinearLayer(ParameterSet parameters, int weight, int bias, KernelTable kernels, bool trains)
    {
        (_parameters, Weight, Bias) = (parameters, weight, bias);
        var shape = parameters.Shapes[weight];
        Forward = kernels.Pack(shape.Rows, shape.Columns);
        Back = trains ? kernels.Pack(shape.Columns, shape.Rows) : null;
    }

    public int Weight { get; }

    public int Bias { get; }

    public int Inputs => Forward.Depth;

    public int Outputs => Forward.Columns;

    public PackedMatrix Forward { get; }

    public PackedMatrix? Back { get; }

    public void Pack()
    {
        Forward.Fill(_parameters.At(Weight), Outputs, Bias < 0 ? null : _parameters.At(Bias));
        Back?.FillTransposed(_parameters.At(Weight));
    }
}
