using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TenantKit.Gateway;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Registration;
using TenantKit.Gateway.Tls;

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
    /// instead of being handed to another one, and each connection keeps a buffer of 4 KiB that its next request is read into without asking first
    /// whether there is one. Whoever sends or gets much gives way to the others in between. That is about a quarter faster, and right only while
    /// nothing blocks or computes for long: own policies, resolvers and middleware must not wait for anything but by <c>await</c>. It sets
    /// <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS</c> for the process, unless that is set already, and must be called before the first socket
    /// is used. The default is false.
    /// </param>
    /// <returns>The host.</returns>
    public static IWebHostBuilder UseTenantGatewayKestrel(this IWebHostBuilder builder, bool dedicated = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (dedicated && Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }

        return builder.ConfigureServices(services =>
        {
            services.AddOptions<KestrelServerOptions>()
                .Configure<IOptions<TenantGatewayOptions>, CertificateKeeper>((kestrel, options, certificates) => Configure(kestrel, options.Value, certificates, dedicated));
            if (dedicated)
            {
                services.Configure<SocketTransportOptions>(static sockets => (sockets.WaitForDataBeforeAllocatingBuffer, sockets.UnsafePreferInlineScheduling) = (false, true));
                services.TryAddSingleton<IConnectionListenerFactory, SocketTransportFactory>(); // as Kestrel would later; of several it asks the last one first
                services.AddSingleton<IConnectionListenerFactory, Http2Transport>();
            }
        });
    }

    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private static void Configure(KestrelServerOptions kestrel, TenantGatewayOptions options, CertificateKeeper certificates, bool fair)
    {
        if (fair)
        {
            SendBatch.Start();
        }

        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 10_000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBodyBytes;
        kestrel.Limits.MaxRequestBufferSize = options.RequestBufferBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        var own = options.Tls.HasCertificates;
        if (own)
        {
            certificates.Start();
        }

        Listen(kestrel, fair, options.Url, listen => Secure(listen, options.Url, own ? certificates : null));
        Listen(kestrel, fair, options.InternalUrl, listen =>
        {
            Secure(listen, options.InternalUrl, null);
            Mark(listen, GatewayListener.Internal);
        });
        if (options.Http2Url is { } clear)
        {
            Listen(kestrel, fair, clear, static listen => listen.Protocols = HttpProtocols.Http2);
        }

        if (options.Tls.RedirectUrl is { } redirect)
        {
            Listen(kestrel, fair, redirect, static listen => Mark(listen, GatewayListener.Redirect));
        }
    }

    private static void Secure(ListenOptions listen, string address, CertificateKeeper? certificates)
    {
        if (!address.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        _ = certificates is null ? listen.UseHttps() : listen.UseHttps(TlsHandshake.For(certificates));
    }

    private static void Mark(ListenOptions listen, GatewayListener listener) => listen.Use(next => connection =>
        {
            connection.Features.Set(listener);
            return next(connection);
        });

    private static void Listen(KestrelServerOptions kestrel, bool fair, string address, Action<ListenOptions> setup)
    {
        var url = new Uri(address);
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip))
        {
            kestrel.Listen(ip, url.Port, SetUp);
        }
        else if (url.IsLoopback)
        {
            kestrel.ListenLocalhost(url.Port, SetUp);
        }
        else
        {
            kestrel.ListenAnyIP(url.Port, SetUp);
        }

        // Before TLS, whose own work is much of what a client can ask for.
        void SetUp(ListenOptions listen)
        {
            if (fair)
            {
                listen.Use(static next => connection =>
                {
                    connection.Transport = new FairTransport(connection.Transport);
                    return next(connection);
                });
            }

            setup(listen);
        }
    }
}
