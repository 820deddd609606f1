using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace TenantKit.Benchmarks.Serving;

/// <summary>YARP's bare forwarder: one destination, no routes, no checks, no balancing. What the gateway is measured against.</summary>
internal static class YarpServer
{
    public static async Task RunAsync(ServeOptions options)
    {
        await using var app = await StartAsync(options);
        Console.WriteLine($"ready {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    public static async Task<WebApplication> StartAsync(ServeOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                listen.Protocols = options.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
                if (options.Certificate is { } file)
                {
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(file));
                }
            });
        });
        var app = builder.Build();
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
        });
        app.MapForwarder("/{**any}", $"http://{options.Backends[0]}", new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, HttpTransformer.Default, client);
        await app.StartAsync();
        return app;
    }
}
