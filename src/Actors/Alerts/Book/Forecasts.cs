using Tocsin.Actors.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>What the fault model says of an alert's nodes.</summary>
internal static class Forecasts
{
    /// <summary>Share of its probability, given a fault, that a class must have to be named: more than all others together.</summary>
    private const float LeastShare = 0.5f;

    /// <returns>Null: it says nothing of any of them.</returns>
    public static AlertForecast? Of(IFaultOutlook outlook, IEnumerable<NodeKey> nodes, long nowMs)
    {
        FaultOutlook? likeliest = null;
        foreach (var node in nodes)
        {
            if (outlook.Of(node, nowMs) is { } said && (likeliest is null || said.Probability > likeliest.Probability))
                likeliest = said;
        }
        if (likeliest is null)
            return null;
        var best = likeliest.Class;
        var named = likeliest.Classes[(int)best] > LeastShare * likeliest.Probability;
        return new AlertForecast(likeliest.Node.Name, named ? (ForecastClass)best : ForecastClass.Unclassified, likeliest.Probability, likeliest.Version, likeliest.AtMs);
    }

    public static ForecastClass ClassOf(AlertForecast? forecast) => forecast?.Class ?? ForecastClass.Unclassified;
}
