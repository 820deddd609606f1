using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Gateway;
using TenantKit.Gateway.Registration;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Sets the web server up for a gateway.</summary>
public static class TenantGatewayKestrelExtensions
{
    /// <summary>
    /// Listens on <see cref="TenantGatewayOptions.Url"/>, <see cref="TenantGatewayOptions.InternalUrl"/> and <see cref="TenantGatewayOptions.Http2Url"/> and sets limits: 10,000 connections, 100
    /// HTTP/2 streams each, 15 seconds for a request's head, bodies by the gateway's options, no Server header.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="dedicated">
    /// True in a process that is a gateway and nothing else: what follows on a socket's event then runs at once, on the thread that noticed it,
    /// instead of being handed to another one. That is about a fifth faster, and right only while nothing blocks: own policies, resolvers and
    /// middleware must not wait for anything but by <c>await</c>. It sets <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS</c> for the process,
    /// unless that is set already, and must be called before the first socket is used. The default is false.
    /// </param>
    /// <returns>The host.</returns>
    public static IWebHostBuilder UseTenantGatewayKestrel(this IWebHostBuilder builder, bool dedicated = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (dedicated && Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }

        return builder.ConfigureServices(services => services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<TenantGatewayOptions>>(static (kestrel, options) => Configure(kestrel, options.Value)));
    }

    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private static void Configure(KestrelServerOptions kestrel, TenantGatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 10_000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBodyBytes;
        kestrel.Limits.MaxRequestBufferSize = options.RequestBufferBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        Listen(kestrel, options.Url, static _ => { });
        Listen(kestrel, options.InternalUrl, static listen => listen.Use(next => connection =>
        {
            connection.Features.Set(InternalListener.Instance);
            return next(connection);
        }));
        if (options.Http2Url is { } clear)
        {
            Listen(kestrel, clear, static listen => listen.Protocols = HttpProtocols.Http2);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, string address, Action<ListenOptions> configure)
    {
        var url = new Uri(address);
        void Setup(ListenOptions listen)
        {
            if (url.Scheme == Uri.UriSchemeHttps)
            {
                listen.UseHttps();
            }

            configure(listen);
        }

        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip))
        {
            kestrel.Listen(ip, url.Port, Setup);
        }
        else if (url.IsLoopback)
        {
            kestrel.ListenLocalhost(url.Port, Setup);
        }
        else
        {
            kestrel.ListenAnyIP(url.Port, Setup);
        }
    }
}
