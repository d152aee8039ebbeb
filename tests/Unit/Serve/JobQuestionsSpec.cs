using System.Collections.Concurrent;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Daemon.Serve.Acting;

namespace Tocsin.Unit.Serve;

public sealed class JobQuestionsSpec
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<(long Job, TaskCompletionSource<(JobPicture? Job, string? Why)> Answer)> _asked = new();
    private readonly SemaphoreSlim _begun = new(0);

    [Fact]
    public async Task Four_jobs_are_asked_for_at_once_and_the_next_one_when_one_of_them_is_answered()
    {
        using var questions = new JobQuestions(AskAsync, Limit, TimeProvider.System);
        var answers = Enumerable.Range(1, 5).Select(i => questions.AskAsync(i, default)).ToList();
        await Begun(JobQuestions.AtOnce);
        Assert.Equal([1L, 2, 3, 4], _asked.Select(a => a.Job));
        Answer(1);
        await Begun(1);
        Assert.Equal(5, _asked.Last().Job);
        foreach (var job in (long[])[2, 3, 4, 5])
            Answer(job);
        Assert.All(await Task.WhenAll(answers).WaitAsync(Limit), a => Assert.Equal("answered", a.Why));
    }

    [Fact]
    public async Task What_waits_too_long_is_told_so()
    {
        using var questions = new JobQuestions(AskAsync, TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var answers = Enumerable.Range(1, 4).Select(i => questions.AskAsync(i, default)).ToList();
        await Begun(JobQuestions.AtOnce);
        Assert.Equal((null, "too many jobs are asked for"), await questions.AskAsync(5, default).WaitAsync(Limit));
        // The place that it waited for is not lost.
        Answer(1);
        await answers[0].WaitAsync(Limit);
        answers.Add(questions.AskAsync(6, default));
        await Begun(1);
        Assert.Equal(6, _asked.Last().Job);
    }

    [Fact]
    public async Task Many_who_ask_for_one_job_share_the_question_that_has_not_begun_and_none_that_has()
    {
        using var questions = new JobQuestions(AskAsync, Limit, TimeProvider.System);
        var first = questions.AskAsync(7, default);
        await Begun(1);
        var later = Enumerable.Range(0, 10).Select(_ => questions.AskAsync(7, default)).ToList();
        Assert.Single(_asked);
        Answer(7);
        await first.WaitAsync(Limit);
        await Begun(1);
        Assert.Equal(2, _asked.Count);
        Assert.All(later, l => Assert.False(l.IsCompleted));
        _asked.Last().Answer.SetResult((null, "the new run"));
        Assert.All(await Task.WhenAll(later).WaitAsync(Limit), a => Assert.Equal("the new run", a.Why));
        Assert.Equal(2, _asked.Count);
    }

    private void Answer(long job) => _asked.First(a => a.Job == job).Answer.SetResult((null, "answered"));

    private async Task Begun(int count)
    {
        for (var i = 0; i < count; i++)
            Assert.True(await _begun.WaitAsync(Limit));
    }

    private Task<(JobPicture? Job, string? Why)> AskAsync(long rawId, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<(JobPicture? Job, string? Why)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Enqueue((rawId, answer));
        _begun.Release();
        return answer.Task;
    }
}
