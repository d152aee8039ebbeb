namespace Tocsin.Daemon.Serve;

/// <param name="Ok">False: samples cannot be taken or alerts cannot be told.</param>
/// <param name="Detail">One line; also where all is well and something is worth saying.</param>
internal readonly record struct CheckResult(bool Ok, string Detail)
{
    public static CheckResult Good(string detail) => new(true, detail);

    public static CheckResult Bad(string detail) => new(false, detail);
}

/// <summary>Whether the daemon does its work now, part by part. Each part answers from what it knows already: no check waits for anything.</summary>
internal sealed class Readiness
{
    private readonly List<(string Name, Func<CheckResult> Ask)> _checks = [];
    private volatile bool _stopping;

    public void Add(string name, Func<CheckResult> ask) => _checks.Add((name, ask));

    public void Stopping() => _stopping = true;

    public (bool Ready, IReadOnlyList<(string Name, CheckResult Result)> Checks) Ask()
    {
        var checks = _checks.Select(c => (c.Name, c.Ask())).ToList();
        if (_stopping)
            checks.Insert(0, ("process", CheckResult.Bad("shutting down")));
        return (checks.All(c => c.Item2.Ok), checks);
    }
}
