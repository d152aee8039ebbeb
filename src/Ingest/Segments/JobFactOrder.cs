using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Segments;

/// <summary>Which words are on the same run, and which of two on the same run by the same source holds.</summary>
internal static class JobFactOrder
{
    public static IComparer<JobEvent> ByKey { get; } = Comparer<JobEvent>.Create(Compare);

    /// <summary>By id, source and start; a word without a start is known by its end.</summary>
    public static int Compare(JobEvent a, JobEvent b)
    {
        var order = string.CompareOrdinal(a.JobId, b.JobId);
        if (order == 0)
            order = a.Source.CompareTo(b.Source);
        if (order == 0)
            order = (a.StartMs is null).CompareTo(b.StartMs is null);
        return order != 0 ? order : Time(a).CompareTo(Time(b));
    }

    /// <summary>The later word; of two of one time one and the same, whichever came first. So joining is associative, commutative and idempotent.</summary>
    public static JobEvent Newer(JobEvent known, JobEvent said)
    {
        var order = known.AsOfMs.CompareTo(said.AsOfMs);
        if (order == 0)
            order = (known.EndMs ?? long.MinValue).CompareTo(said.EndMs ?? long.MinValue);
        if (order == 0)
            order = known.State.CompareTo(said.State);
        if (order == 0)
            order = string.CompareOrdinal(known.JobName, said.JobName);
        if (order == 0)
            order = string.CompareOrdinal(known.User, said.User);
        if (order == 0)
            order = string.CompareOrdinal(known.NodeList, said.NodeList);
        if (order == 0)
            order = known.NodeCount.CompareTo(said.NodeCount);
        if (order == 0)
            order = (known.SubmitMs ?? 0).CompareTo(said.SubmitMs ?? 0);
        return order < 0 ? said : known;
    }

    public static long LatestMs(JobEvent fact) => Math.Max(fact.StartMs ?? long.MinValue, fact.EndMs ?? long.MinValue);

    private static long Time(JobEvent fact) => fact.StartMs ?? fact.EndMs!.Value;
}
