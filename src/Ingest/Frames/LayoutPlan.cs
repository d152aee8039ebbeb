using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>Deals series out to outputs and devices while a layout is made.</summary>
/// <param name="refuse">Told why a series is left out of an output.</param>
internal sealed class LayoutPlan(Action<string, SeriesId> refuse)
{
    private readonly Dictionary<string, Output> _byName = new(StringComparer.Ordinal);
    private readonly List<Output> _outputs = [];
    private readonly List<(int Output, int Cell, bool IsRate)> _targets = [];

    public int Targets => _targets.Count;

    /// <summary>Takes the next series in; true where one of its outputs is a rate.</summary>
    public bool Add(SeriesId series, IReadOnlyList<Binding> bindings)
    {
        var counter = false;
        foreach (var binding in bindings)
        {
            if (OutputOf(series, binding) is not { } output)
                continue;
            var cell = output.CellOf(binding.Device, binding.Cell, binding.MaxDevices);
            if (cell < 0)
            {
                refuse("too many devices or label sets of one metric", series);
                continue;
            }
            var rate = output.Rule.Metric.Kind == MetricKind.Rate;
            _targets.Add((output.Index, cell, rate));
            counter |= rate;
        }
        return counter;
    }

    public (FrameOutput[] Outputs, FrameTarget[] Targets, int Cells) Build()
    {
        var outputs = new FrameOutput[_outputs.Count];
        var cells = 0;
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new FrameOutput(_outputs[i].Rule, _outputs[i].Order, cells, [.. _outputs[i].Devices]);
            cells += outputs[i].Cells;
        }
        return (outputs, [.. _targets.Select(t => new FrameTarget(outputs[t.Output].FirstCell + t.Cell, t.IsRate))], cells);
    }

    private Output? OutputOf(SeriesId series, Binding binding)
    {
        var name = binding.Rule.Metric.Name;
        if (!_byName.TryGetValue(name, out var output))
        {
            if (_outputs.Count == FrameAssembler.MaxColumns)
            {
                refuse("too many metrics", series);
                return null;
            }
            _byName.Add(name, output = new Output(binding.Rule, binding.Order, _outputs.Count));
            _outputs.Add(output);
        }
        else if (output.Order != binding.Order || output.Rule.Metric.Kind != binding.Rule.Metric.Kind)
        {
            refuse("metric's name is taken", series);
            return null;
        }
        return output;
    }

    private sealed class Output(MetricRule rule, int order, int index)
    {
        private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

        public MetricRule Rule => rule;

        public int Order => order;

        public int Index => index;

        public List<string> Devices { get; } = [];

        /// <summary>The cell of a device's term, or -1 where that would be one device too many.</summary>
        public int CellOf(string device, int term, int maxDevices)
        {
            if (!_index.TryGetValue(device, out var at))
            {
                if (Devices.Count >= maxDevices)
                    return -1;
                _index.Add(device, at = Devices.Count);
                Devices.Add(device);
            }
            return (at * rule.Cells) + term;
        }
    }
}
