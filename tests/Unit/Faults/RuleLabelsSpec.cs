using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Faults;

public class RuleLabelsSpec
{
    [Fact]
    public void The_trailing_percentile_is_that_of_the_last_values_sorted_anew()
    {
        var random = new SeededRandom(3);
        var past = new TrailingPercentile(50, 0.9f);
        List<float> all = [];
        for (var i = 0; i < 300; i++)
        {
            // Few different values: equal ones are the hard case.
            var value = random.NextInt(20) / 10f;
            past.Add(value);
            all.Add(value);
            var window = all.TakeLast(50).Order().ToArray();
            Assert.Equal(window[(int)Math.Ceiling(0.9f * window.Length) - 1], past.Value);
        }
    }

    [Fact]
    public void A_value_is_held_against_the_past_without_itself()
    {
        var rules = new RuleLabels(1);
        for (var t = 0; t < 100; t++)
            rules.Add(0, Row(ramRead: t / 1000f));
        Assert.Equal(FaultClass.Ram, rules.Of(0, Row(ramRead: 0.095f)));
        Assert.Equal(FaultClass.None, rules.Of(0, Row(ramRead: 0.08f)));
    }

    [Fact]
    public void Cpu_counts_before_memory_and_memory_before_disk()
    {
        var rules = new RuleLabels(1);
        Assert.Equal(FaultClass.Cpu, rules.Of(0, Row(cpu: 0.96f, ram: 0.96f, disk: 0.96f)));
        Assert.Equal(FaultClass.Ram, rules.Of(0, Row(ram: 0.96f, disk: 0.96f)));
        Assert.Equal(FaultClass.Disk, rules.Of(0, Row(disk: 0.96f)));
        Assert.Equal(FaultClass.None, rules.Of(0, Row(cpu: 0.95f, ram: 0.95f, disk: 0.95f)));
    }

    [Fact]
    public void Of_two_causes_on_a_host_the_first_class_counts()
    {
        Assert.Equal(FaultClass.Cpu, Causes.First(FaultClass.Network, FaultClass.Cpu));
        Assert.Equal(FaultClass.Disk, Causes.First(FaultClass.None, FaultClass.Disk));
        Assert.Equal(FaultClass.Ram, Causes.ClassOf(Cause.Thrashing));
        Assert.Equal(FaultClass.None, Causes.ClassOf(Cause.None));
    }

    private static float[] Row(float cpu = 0, float ram = 0, float ramRead = 0, float disk = 0) => [cpu, ram, ramRead, 0, disk, 0, 0];
}
