using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using TenantKit.Admin;
using TenantKit.Gateway;
using TenantKit.Samples.Starting;
using TenantKit.Storage;

namespace TenantKit.Samples.AllInOne.Starting;

/// <summary>Finds out what would go wrong before anything is started: settings, then ports, then the data directory.</summary>
internal static class Preflight
{
    public static void Check(WebApplication admin)
    {
        ThrowIfAny([.. Settings(admin.Services), .. GatewaySettings(admin.Configuration)]);

        var adminUrl = admin.Services.GetRequiredService<IOptions<TenantAdminOptions>>().Value.Url;
        var gatewayOptions = admin.Services.GetRequiredService<IOptions<TenantGatewayOptions>>().Value;
        ThrowIfAny(
        [
            .. Port("TenantKit:Admin:Url", adminUrl),
            .. Port("TenantKit:Gateway:Url", gatewayOptions.Url),
            .. Port("TenantKit:Gateway:InternalUrl", gatewayOptions.InternalUrl),
        ]);

        admin.Services.GetRequiredService<DataDirectoryLock>().Acquire();
        admin.Urls.Add(adminUrl);
    }

    // The gateway's host cannot be built before the admin host works, but its settings can be judged: all errors are wanted at once.
    private static IEnumerable<string> GatewaySettings(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration).AddLogging().AddTenantGateway();
        using var provider = services.BuildServiceProvider();
        return Settings(provider);
    }

    private static IEnumerable<string> Settings(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(static inner => inner is OptionsValidationException))
        {
            return exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(static inner => inner.Failures);
        }
        catch (InvalidOperationException exception) when (exception.InnerException is FormatException or ArgumentException)
        {
            return [exception.Message];
        }
    }

    private static IEnumerable<string> Port(string setting, string address)
    {
        var url = new Uri(address);
        var ip = IPAddress.TryParse(url.Host.Trim('[', ']'), out var parsed) ? parsed : url.IsLoopback ? IPAddress.Loopback : IPAddress.Any;
        try
        {
            using var listener = new TcpListener(ip, url.Port);
            listener.Start();
            return [];
        }
        catch (SocketException exception)
        {
            var reason = exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"Port {url.Port} is in use by another program, so that {address} cannot be listened on."
                : $"{address} cannot be listened on: {exception.Message}.";
            return [$"{reason} Free it, or set {setting} to another address (environment {setting.Replace(":", "__", StringComparison.Ordinal)})."];
        }
    }

    private static void ThrowIfAny(IReadOnlyCollection<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new StartUpException([.. problems.Distinct(StringComparer.Ordinal)]);
        }
    }
}
