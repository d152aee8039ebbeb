using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Daemon.Http;

/// <summary>Comma-separated values as RFC 4180 has them, in UTF-8.</summary>
internal static class CsvText
{
    public const string Type = "text/csv; charset=utf-8";

    public static Task SendAsync(HttpContext context, string file, IEnumerable<string> head, IEnumerable<IEnumerable<string?>> rows)
    {
        context.Response.ContentType = Type;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{file}\"";
        return context.Response.WriteAsync(Of(head, rows), context.RequestAborted);
    }

    public static string Of(IEnumerable<string> head, IEnumerable<IEnumerable<string?>> rows)
    {
        var text = new StringBuilder();
        Add(text, head);
        foreach (var row in rows)
            Add(text, row);
        return text.ToString();
    }

    private static void Add(StringBuilder text, IEnumerable<string?> cells)
    {
        var first = true;
        foreach (var cell in cells)
        {
            text.Append(first ? "" : ",").Append(Cell(cell ?? ""));
            first = false;
        }
        text.Append("\r\n");
    }

    /// <summary>What a sheet would take for a formula is text: names and notes are hostile.</summary>
    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _))
            text = "'" + text;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }
}
