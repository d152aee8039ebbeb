using Tocsin.Actors.Supervision.Picture;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>Questions to Slurm about one job each: <see cref="AtOnce"/> at one time, one of a job; what has waited too long for its turn is told so. Any thread.</summary>
/// <remarks>Who asks for a job gets an answer that was asked for after it came: a question that has begun may tell of the run before, so it is shared only until then. So of a job
/// there is one question under way and one that waits, however many ask. A question goes on when one of those who share it leaves.</remarks>
/// <param name="ask">Ends by itself, whatever Slurm does.</param>
/// <param name="longest">In the queue.</param>
internal sealed class JobQuestions(Func<long, CancellationToken, Task<(JobPicture? Job, string? Why)>> ask, TimeSpan longest, TimeProvider clock) : IDisposable
{
    public const int AtOnce = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Question> _wait = [];
    private readonly Dictionary<long, Question> _run = [];
    private readonly SemaphoreSlim _slots = new(AtOnce, AtOnce);
    private readonly CancellationTokenSource _stop = new();

    public async Task<(JobPicture? Job, string? Why)> AskAsync(long rawId, CancellationToken stop)
    {
        Question? question, before = null;
        bool isNew;
        lock (_lock)
        {
            if (isNew = !_wait.TryGetValue(rawId, out question))
            {
                _wait[rawId] = question = new Question();
                before = _run.GetValueOrDefault(rawId);
            }
        }
        if (isNew)
            _ = RunAsync(rawId, question!, before);
        return await question!.Answer.Task.WaitAsync(stop);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(long rawId, Question question, Question? before)
    {
        try
        {
            question.Answer.SetResult(await TurnAsync(rawId, question, before));
        }
        catch (OperationCanceledException)
        {
            question.Answer.SetCanceled();
        }
        catch (Exception e)
        {
            // Those who asked are told; nobody waits for this task.
            question.Answer.SetException(e);
        }
    }

    private async Task<(JobPicture? Job, string? Why)> TurnAsync(long rawId, Question question, Question? before)
    {
        var stop = _stop.Token;
        try
        {
            using var late = new CancellationTokenSource(longest, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
            if (before is not null)
                await before.Ended.Task.WaitAsync(either.Token);
            await _slots.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            lock (_lock)
                _wait.Remove(rawId);
            return (null, "too many jobs are asked for");
        }
        // Whoever comes from here on asks anew. The one before has ended and left its place.
        lock (_lock)
        {
            _wait.Remove(rawId);
            _run[rawId] = question;
        }
        try
        {
            return await ask(rawId, stop);
        }
        finally
        {
            lock (_lock)
                _run.Remove(rawId);
            _slots.Release();
            question.Ended.SetResult();
        }
    }

    private sealed class Question
    {
        public TaskCompletionSource<(JobPicture? Job, string? Why)> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
