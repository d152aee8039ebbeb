namespace Tocsin.Actors.Persistence;

internal static class AlertPages
{
    /// <param name="found">One more than the limit where there is more.</param>
    public static AlertPage Of(List<AlertRow> found, int limit)
    {
        if (found.Count <= limit)
            return new AlertPage(found, null);
        var page = found.GetRange(0, limit);
        return new AlertPage(page, new AlertCursor(page[^1].RaisedMs, page[^1].Id));
    }
}
