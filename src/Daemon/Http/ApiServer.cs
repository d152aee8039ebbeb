using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http;

/// <summary>The HTTP server: every route behind the same gate, bounds and shape of errors.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private const int MaxBody = 1 << 20;

    private readonly WebApplication _app;
    private readonly OwnLog _log;
    private readonly Gate _gate;
    private readonly HttpMeters _meters;
    private readonly Action<LiveTopic> _changed;
    private readonly SemaphoreSlim _slots;

    public ApiServer(HttpOptions listen, HttpLimits limits, Gate gate, IReadOnlyList<ApiRoute> routes, HttpMeters meters, Action<LiveTopic> changed, OwnLog log)
    {
        (_log, _gate, _meters, _changed) = (log, gate, meters, changed);
        _slots = new SemaphoreSlim(limits.Requests, limits.Requests);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(new OwnLogProvider(log));
        // That it cannot start is told by who starts it, in one line; here it would come first and with its stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddRoutingCore();
        // Signals are the host's: it stops this server first and the log last.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = limits.Shutdown);
        // A request comes while its connection is read anyway: to ask first whether there is something costs a call of the system a piece, and saves 4 KiB a connection that is idle.
        builder.WebHost.UseSockets(o => o.WaitForDataBeforeAllocatingBuffer = false);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => Configure(k, listen, limits));
        if (listen.Tls)
            builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.Use(GuardAsync);
        _app.UseRouting();
        _app.Use(PassAsync);
        foreach (var route in routes)
            _app.MapMethods(route.Path, route.Method == "GET" ? ["GET", "HEAD"] : [route.Method], route.Handle).WithMetadata(route);
    }

    /// <summary>Where it listens, once started; with port 0 the one that was free.</summary>
    public Uri Address => new(_app.Urls.First());

    public async Task StartAsync(CancellationToken stop)
    {
        try
        {
            await _app.StartAsync(stop);
        }
        catch (IOException e)
        {
            throw new DependencyException($"listen.address: {OneLine.Of(e.Message, 300).TrimEnd('.')}; name another port, or end who has it", e);
        }
    }

    /// <summary>No new request is taken; those under way end, or are cut off when <paramref name="limit"/> falls.</summary>
    public Task StopAsync(CancellationToken limit) => _app.StopAsync(limit);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _slots.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, HttpOptions listen, HttpLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.MaxRequestLineSize = 8 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(3);
        kestrel.Listen(listen.Endpoint, o =>
        {
            o.Protocols = listen.Tls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
            if (listen.Tls)
                o.UseHttps(Certificates.Load(listen.Certificate!, listen.Key!));
        });
    }

    /// <summary>Outermost: what went wrong inside becomes an answer in the one shape, and is counted.</summary>
    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var started = Stopwatch.GetTimestamp();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
            if (context.Response.StatusCode == 405 && !context.Response.HasStarted)
                await ApiError.AnswerAsync(context, 405, $"{context.Request.Method} is not for {context.Request.Path}; {context.Response.Headers.Allow} is");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
            context.Response.StatusCode = 499;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            await TryAnswerAsync(context, e.StatusCode, e.Message);
        }
        catch (DependencyException e)
        {
            _log.Warning("http", $"{context.Request.Method} {context.Request.Path}: {e.Message}");
            await TryAnswerAsync(context, 503, e.Message);
        }
        catch (Exception e)
        {
            _log.Error("http", $"{context.Request.Method} {context.Request.Path}: {e}");
            await TryAnswerAsync(context, 500, "a defect of Tocsin; its log says more");
        }
        finally
        {
            var route = context.GetEndpoint()?.Metadata.GetMetadata<ApiRoute>();
            _meters.Answered(route, context.Response.StatusCode, Stopwatch.GetElapsedTime(started));
        }
    }

    private async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            await ApiError.AnswerAsync(context, 404, $"there is no {context.Request.Path}; /api/v1/openapi.json lists what there is");
            return;
        }
        if (endpoint.Metadata.GetMetadata<ApiRoute>() is not { } route)
        {
            // Routing's own: the path is known, the method is not.
            await next(context);
            return;
        }
        var status = _gate.Check(context, route.Role, route.OwnJobs);
        if (status != 200)
        {
            _log.Warning("http", $"{status} {context.Request.Method} {context.Request.Path} from {context.Connection.RemoteIpAddress}");
            if (status == 401)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            await ApiError.AnswerAsync(context, status, status == 401
                ? "expected 'Authorization: Bearer TOKEN' with a token of the tokens file"
                : $"the token lacks the role {route.Role.ToString().ToLowerInvariant()}, or is for one user's jobs");
            return;
        }
        if (route.Load != RouteLoad.Counted)
        {
            await next(context);
            return;
        }
        if (!_slots.Wait(0))
        {
            await ApiError.AnswerAsync(context, 503, "too many requests under way (limits.requests)", TimeSpan.FromSeconds(1));
            return;
        }
        try
        {
            await next(context);
            if (route.Changes is { } topic && context.Response.StatusCode < 300)
                _changed(topic);
        }
        finally
        {
            _slots.Release();
        }
    }

    private static Task TryAnswerAsync(HttpContext context, int status, string detail)
    {
        if (!context.Response.HasStarted)
            return ApiError.AnswerAsync(context, status, detail);
        context.Abort();
        return Task.CompletedTask;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
