using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Daemon.Http.Page;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>/</c> and <c>/page/{file}</c>: the page for people. Its files hold no secret: what it shows it asks for with a token.</summary>
internal static class PageRoutes
{
    /// <summary>The page runs its own files and nothing else, talks to its own server and nobody else, and takes no text for markup.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    public static IEnumerable<ApiRoute> All()
    {
        yield return new ApiRoute("GET", "/", Roles.None, "The page for people", c => SendAsync(c, PageFiles.Index))
        {
            Load = RouteLoad.Light,
            Answers = [new ApiAnswer(200, "HTML", "text/html; charset=utf-8"), new ApiAnswer(304, "As it was")],
        };
        yield return new ApiRoute("GET", "/page/{file}", Roles.None, "What the page is made of", c => SendAsync(c, (string)c.GetRouteValue("file")!))
        {
            Load = RouteLoad.Light,
            Parameters = [new ApiParameter("file", "path", "as the page names it", Schema.Text(), "style.css")],
            Answers = [new ApiAnswer(200, "A style sheet, a script or a picture"), new ApiAnswer(304, "As it was"), new ApiAnswer(404, "No such file")],
        };
    }

    private static Task SendAsync(HttpContext context, string name)
    {
        if (PageFiles.Find(name) is not { } file)
            return ApiError.AnswerAsync(context, 404, $"the page has no {name}");
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Asked for each time and sent once: after an upgrade no half of the old page is left.
        headers.CacheControl = "no-cache";
        headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(file.Bytes, 0, file.Bytes.Length, context.RequestAborted);
    }
}
