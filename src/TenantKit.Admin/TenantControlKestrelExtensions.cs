using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Admin;
using TenantKit.Admin.Gateways;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Sets the web server up for an admin host with gateways on other hosts.</summary>
public static class TenantControlKestrelExtensions
{
    /// <summary>Listens on <see cref="TenantAdminOptions.Url"/> for the Admin API and on <see cref="TenantControlOptions.Url"/> for gateways.</summary>
    /// <param name="builder">The host.</param>
    /// <returns>The host.</returns>
    public static IWebHostBuilder UseTenantControlKestrel(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services => services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<TenantAdminOptions>, IOptions<TenantControlOptions>>(static (kestrel, admin, control) =>
            {
                kestrel.AddServerHeader = false;
                Listen(kestrel, admin.Value.Url, static _ => { });
                Listen(kestrel, control.Value.Url, static listen => listen.Use(next => connection =>
                {
                    connection.Features.Set(ControlListener.Instance);
                    return next(connection);
                }));
            }));
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
