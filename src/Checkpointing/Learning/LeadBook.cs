namespace Tocsin.Checkpointing.Learning;

/// <summary>The newest failures, and how long before each of them it was predicted: recall as it is worth something to who needs that much time.</summary>
public sealed partial class LeadBook
{
    public const int Most = 512;

    private readonly Queue<double> _leads = new();
    private double[]? _sorted;

    public int Failures => _leads.Count;

    /// <summary>Somebody has predicted something, right or wrong.</summary>
    public bool Predicts { get; set; }

    /// <param name="leadS">Seconds; null = it was not predicted.</param>
    public void Add(double? leadS)
    {
        _leads.Enqueue(leadS ?? -1);
        if (_leads.Count > Most)
            _leads.Dequeue();
        _sorted = null;
    }

    /// <summary>Jeffreys' estimate (k + 1/2) / (n + 1), which never reaches 1; 0 where nothing was ever predicted.</summary>
    public double Recall(double leadS)
    {
        if (!Predicts)
            return 0;
        _sorted ??= [.. _leads.Order()];
        var first = Array.BinarySearch(_sorted, leadS);
        first = first < 0 ? ~first : first;
        while (first > 0 && _sorted[first - 1] >= leadS)
            first--;
        return (_sorted.Length - first + 0.5) / (_sorted.Length + 1);
    }
}
