using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve;

/// <summary>What is stored of jobs and segments.</summary>
internal interface IHistoryReader
{
    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    ValueTask<IReadOnlyList<JobEvent>> FindAsync(JobQuery query, CancellationToken stop);

    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    ValueTask<IReadOnlyList<SegmentRow>> FindAsync(SegmentQuery query, CancellationToken stop);
}
