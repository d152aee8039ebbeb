using Tocsin.Inference.Faults;

namespace Tocsin.Unit.Faults;

public class PastViewSpec
{
    [Fact]
    public void Nothing_of_the_interval_in_question_or_later_can_be_seen()
    {
        var view = new PastView(History(6), target: 4);
        Assert.Equal(3f, view[3].Row(0)[0]);
        Assert.Equal(FaultClass.Ram, view.Label(3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => view[4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => view[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Label(4, 0));
    }

    [Fact]
    public void Labels_come_as_late_as_the_delay_says()
    {
        var view = new PastView(History(6), target: 4, delay: 2);
        Assert.Equal(1, view.LastLabelled);
        Assert.Equal(FaultClass.None, view.Label(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Label(2, 0));
        Assert.Equal(3f, view[3].Row(0)[0]);
    }

    [Fact]
    public void A_part_of_a_history_does_not_follow_its_later_labels()
    {
        var history = History(6);
        var part = history.Until(3);
        history.SetLabel(2, 0, FaultClass.Disk);
        history.SetLabel(1, 1, null);
        Assert.Equal(3, part.Length);
        Assert.Equal(FaultClass.None, part.Label(2, 0));
        Assert.Equal(FaultClass.Ram, part.Label(1, 1));
        Assert.Null(history.Label(1, 1));
    }

    [Fact]
    public void A_class_without_a_column_is_refused()
    {
        var history = History(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => history.SetLabel(0, 0, FaultClass.Network));
    }

    private static FaultHistory History(int length)
    {
        var history = new FaultHistory(hosts: 2, features: 1, classes: 4);
        for (var t = 0; t < length; t++)
        {
            history.Add(new HostInterval(2, 1, [t, 10 * t], []));
            history.SetLabel(t, 0, FaultClass.None);
            history.SetLabel(t, 1, FaultClass.Ram);
        }
        return history;
    }
}
