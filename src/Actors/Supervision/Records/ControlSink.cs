using Tocsin.Actors.Log;
using Tocsin.Actors.Sinks;
using Tocsin.Shared;

namespace Tocsin.Actors.Supervision.Records;

/// <summary>Brings committed changes of alerts from the outbox to the supervisor, as records of its topic: once at least, of one alert in order.</summary>
/// <param name="log">Asked each time: it is opened after this is made.</param>
public sealed class ControlSink(string name, Func<ILog> log) : IAlertSink
{
    public string Name => name;

    public async ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        try
        {
            await ControlLog.AppendAsync(log(), row.Event).WaitAsync(stop).ConfigureAwait(false);
            return Delivery.Done;
        }
        catch (DependencyException e)
        {
            return Delivery.Later(e.Message);
        }
    }
}
