using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Truce.Http;

/// <summary>
/// A web server with written limits and one line for each request. It reads no configuration but what it is given.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>Connections at once; past it a new one is closed.</summary>
    public const int ConnectionsMax = 256;

    /// <summary>Requests at once; past it the answer is 503.</summary>
    public const int RequestsMax = 64;

    /// <summary>Connections at once from one address: half of them, so that one host shuts nobody out.</summary>
    public const int ConnectionsEach = ConnectionsMax / 2;

    /// <summary>Requests at once from one address; past it the answer is 503.</summary>
    public const int RequestsEach = RequestsMax / 2;

    /// <summary>How long one request may take, its body included.</summary>
    public static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(10);

    // A log asks its witnesses anew after five seconds; a connection that is silent for longer is an idle one.
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;

    private Site(WebApplication app, Uri url) => (_app, Url) = (app, url);

    /// <summary>Where it listens, with the port that it was given.</summary>
    public Uri Url { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="listen">The address; port 0 takes any free one.</param>
    /// <param name="clock">For the lines of the log.</param>
    /// <param name="log">Takes a line for each request.</param>
    /// <param name="answer">Answers a request within the time that the token gives.</param>
    /// <exception cref="IOException">The address is taken or not this machine's.</exception>
    public static async Task<Site> Start(
        IPEndPoint listen, TimeProvider clock, Action<string> log, Func<HttpContext, CancellationToken, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16_384;
            kestrel.Limits.RequestHeadersTimeout = HeadersTime;
            kestrel.Limits.KeepAliveTimeout = IdleTime;
            kestrel.Limits.MaxRequestBodySize = null; // each path has its own limit
            kestrel.Listen(listen, l =>
            {
                l.Protocols = HttpProtocols.Http1;
                l.Use(Shared);
            });
        });
        var app = builder.Build();
        var (places, shares) = (new SemaphoreSlim(RequestsMax), new Shares(RequestsEach));
        app.Run(context => Handle(context, (places, shares), clock, log, answer));
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // taken, or not an address of this machine, or a port that only an administrator opens
            await app.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"cannot listen on {listen}: {e.Message}\n"
                + "  help: name an address of this machine and a port that is free, above 1023");
        }

        var address = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new Site(app, new Uri(address));
    }

    /// <summary>Ends when the process is told to.</summary>
    public Task UntilStopped(CancellationToken stop) => _app.WaitForShutdownAsync(stop);

    /// <summary>Stops listening, and lets what runs end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A text as the whole answer.</summary>
    public static Task Text(HttpContext context, int status, string text) =>
        Bytes(context, status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as the whole answer; to HEAD their length alone.</summary>
    public static async Task Bytes(HttpContext context, int status, string type, ReadOnlyMemory<byte> bytes)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses a method that a path does not have.</summary>
    public static Task NotAllowed(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return Text(context, 405, $"this path takes {allowed}\n");
    }

    /// <summary>A request's whole body; null where it is larger than it may be.</summary>
    public static async Task<byte[]?> Body(HttpContext context, int bytesMax, CancellationToken stop)
    {
        if (context.Request.ContentLength > bytesMax)
        {
            return null;
        }

        var body = new MemoryStream();
        var some = new byte[8192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(some, stop).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > bytesMax)
            {
                return null;
            }

            body.Write(some, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>Closes a connection of an address that has its share of them.</summary>
    private static ConnectionDelegate Shared(ConnectionDelegate next)
    {
        var shares = new Shares(ConnectionsEach);
        return async connection =>
        {
            var from = (connection.RemoteEndPoint as IPEndPoint)?.Address;
            if (!shares.TryTake(from))
            {
                connection.Abort();
                return;
            }

            try
            {
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                shares.Give(from);
            }
        };
    }

    private static async Task Handle(
        HttpContext context,
        (SemaphoreSlim All, Shares Each) places,
        TimeProvider clock,
        Action<string> log,
        Func<HttpContext, CancellationToken, Task> answer)
    {
        var begun = clock.GetTimestamp();
        var from = context.Connection.RemoteIpAddress;
        var has = places.Each.TryTake(from);
        if (has && !places.All.Wait(0))
        {
            places.Each.Give(from);
            has = false;
        }

        try
        {
            if (has)
            {
                using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                time.CancelAfter(RequestTime);
                await answer(context, time.Token).ConfigureAwait(false);
            }
            else
            {
                context.Response.Headers.RetryAfter = "1";
                await Text(context, 503, "too many requests at once\n").ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            var status = e switch
            {
                Microsoft.AspNetCore.Http.BadHttpRequestException bad => bad.StatusCode,
                OperationCanceledException => 408,
                _ => 500,
            };
            if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                await Text(context, status, status == 500 ? "the disk failed\n" : "not a whole request\n")
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            if (has)
            {
                places.All.Release();
                places.Each.Give(from);
            }

            log(Line(context, clock, clock.GetElapsedTime(begun)));
        }
    }

    private static string Line(HttpContext context, TimeProvider clock, TimeSpan took) => string.Create(
        CultureInfo.InvariantCulture,
        $"{clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {context.Request.Method} "
        + $"{context.Request.Path.ToUriComponent()} "
        + $"{context.Response.StatusCode} {context.Request.ContentLength ?? 0} {took.TotalMilliseconds:0.0}ms "
        + $"{context.Connection.RemoteIpAddress}");
}
