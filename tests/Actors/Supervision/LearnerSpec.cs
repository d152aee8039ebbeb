using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Learning;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>The paper's MLP among the inputs of the failure probability: it learns what came of its own words, and is believed where they were the best.</summary>
public sealed class LearnerSpec
{
    private const long Start = Site.Start, HourMs = 3_600_000;

    /// <summary>20 nodes for some months, an hour a step; one of them in twenty, by turns, shows a value that the MLP alone reads.</summary>
    /// <param name="tells">Chance of a failure within the hour where the value shows; elsewhere it is 0.01.</param>
    private static BrierBook Play(double tells, int steps = 4000)
    {
        const double otherwise = 0.01;
        var (questions, book, inputs, random) = (new OpenQuestions(), new BrierBook(), new Dictionary<string, Calibration>(), new Random(5));
        var (mlp, failed) = (new OnlineMlp(RiskFrames.Inputs, LearnerRow.Hidden, otherwise, 1), new Dictionary<string, long>());
        var baseRate = (0.95 * otherwise) + (0.05 * tells);
        for (var step = 0; step < steps; step++)
        {
            var now = Start + (step * HourMs);
            questions.Weigh(now, n => failed.GetValueOrDefault(n), book, inputs, mlp);
            for (var i = 0; i < 20; i++)
            {
                var (name, shows, frame) = ($"n{i}", random.Next(20) == 0, new double[RiskFrames.Inputs]);
                frame[8] = shows ? 3 : 0;
                questions.Ask(name, now, HourMs, [(RiskInputs.Base, baseRate), (RiskInputs.Alert, baseRate), (RiskInputs.Mlp, mlp.Predict(frame))], frame);
                if (random.NextDouble() < (shows ? tells : otherwise))
                    failed[name] = now + 1 + random.Next((int)HourMs);
            }
        }
        return book;
    }

    [Fact]
    public void It_is_the_best_where_a_value_that_it_alone_reads_tells_of_failures()
    {
        var book = Play(tells: 0.5);
        Assert.Equal(RiskInputs.Mlp, book.Best);
        Assert.True(book.Scores[RiskInputs.Mlp] < 0.75 * book.Scores[RiskInputs.Base], $"{book.Scores[RiskInputs.Mlp]} against {book.Scores[RiskInputs.Base]}");
    }

    [Fact]
    public void It_is_not_the_best_where_nothing_tells_of_failures() => Assert.NotEqual(RiskInputs.Mlp, Play(tells: 0.01).Best);

    [Fact]
    public void One_that_speaks_later_begins_where_the_worst_stands()
    {
        var book = new BrierBook();
        for (var i = 0; i < 100; i++)
        {
            book.Add("good", 0.1, false);
            book.Add("bad", 0.4, false);
        }
        book.Begin("new");
        book.Add("new", 0, false);
        Assert.Equal("good", book.Best);
        Assert.Equal(0.16, book.Scores["new"], 0.01);
    }

    [Fact]
    public void A_failure_of_a_node_of_which_nobody_was_asked_teaches_nothing()
    {
        var (questions, book, mlp) = (new OpenQuestions(), new BrierBook(), new OnlineMlp(RiskFrames.Inputs, 8, 0.01, 1));
        Assert.Null(questions.Weigh(Start, _ => Start - 1, book, new Dictionary<string, Calibration>(), mlp));
        Assert.Equal((0, 0), (mlp.Seen, book.Scores.Count));
    }

    [Fact]
    public void Of_a_node_that_is_gone_nothing_is_weighed()
    {
        var (questions, book, mlp) = (new OpenQuestions(), new BrierBook(), new OnlineMlp(RiskFrames.Inputs, 8, 0.01, 1));
        questions.Ask("n1", Start, HourMs, [(RiskInputs.Base, 0.1)], new double[RiskFrames.Inputs]);
        questions.Ask("n2", Start, HourMs, [(RiskInputs.Base, 0.1)], new double[RiskFrames.Inputs]);
        questions.Forget("n1");
        Assert.Null(questions.Of("n1"));
        Assert.Equal(Start + HourMs, questions.Weigh(Start + HourMs, _ => 0, book, new Dictionary<string, Calibration>(), mlp));
        Assert.Equal(1, mlp.Seen);
    }

    [Fact]
    public void It_speaks_is_shown_and_survives_a_restart_with_its_open_questions_each_weighed_once()
    {
        var site = new Site();
        Watch(site, 0, 120);
        var words = Words(site);
        Assert.InRange(words, 3, 5);
        Assert.Equal(words, Learner(site).Mlp.Seen, 0.01);
        var again = site.Again();
        Watch(again, 120, 240);
        // As if there had been no restart: 16 questions in four hours, of which the last four are open.
        var alone = new Site();
        Watch(alone, 0, 240);
        Assert.Equal(Words(alone), Words(again), 1e-9);
        Assert.Equal(WireBytes.Of(Learner(alone)), WireBytes.Of(Learner(again)));
        Assert.Equal(Words(alone), Words(again, RiskInputs.Base), 1e-9);
    }

    [Fact]
    public void A_stored_learner_that_cannot_be_read_is_begun_anew_and_said()
    {
        var site = new Site();
        Watch(site, 0, 120);
        site.Stored["mlp"] = [1, 2, 3];
        var again = site.Again();
        Watch(again, 120, 300);
        Assert.Contains(again.Said, s => s.Contains("'mlp'", StringComparison.Ordinal) && s.Contains("anew", StringComparison.Ordinal));
        Assert.InRange(Learner(again).Mlp.Seen, 1, 12);
    }

    [Fact]
    public void On_a_site_without_jobs_it_learns_as_well()
    {
        var site = new Site();
        for (var minute = 0; minute <= 120; minute++)
        {
            site.Empty("IDLE", Start + (minute * 60_000));
            site.Turn(Start + (minute * 60_000));
        }
        Assert.InRange(Learner(site).Mlp.Seen, 3, 5);
    }

    private static void Watch(Site site, int from, int to)
    {
        for (var minute = from; minute < to; minute++)
        {
            site.Picture(Site.Job, Start + (minute * 60_000), Start - 60_000);
            site.Turn(Start + (minute * 60_000));
        }
    }

    private static double Words(Site site, string input = RiskInputs.Mlp) => site.View.Inputs.Single(i => i.Input == input).Words;

    private static LearnerRow Learner(Site site) => WireBytes.TryRead<LearnerRow>(site.Stored["mlp"], out var row, out var failure) ? row : throw new InvalidOperationException(failure.ToString());
}
