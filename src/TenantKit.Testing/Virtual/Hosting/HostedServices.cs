using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace TenantKit.Testing.Virtual.Hosting;

/// <summary>Starts and stops what a host would: validation of the options first, then the hosted services in their order, and in reverse at the stop.</summary>
/// <remarks>.NET's own host awaits without the caller's context, which leaves virtual time.</remarks>
internal static class HostedServices
{
    public static async Task StartAsync(IServiceProvider services)
    {
        services.GetService<IStartupValidator>()?.Validate();
        var hosted = services.GetServices<IHostedService>().ToList();
        RefuseThreads(hosted);
        foreach (var service in hosted.OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        foreach (var service in hosted)
        {
            await service.StartAsync(CancellationToken.None);
        }

        foreach (var service in hosted.OfType<IHostedLifecycleService>())
        {
            await service.StartedAsync(CancellationToken.None);
        }
    }

    public static async Task StopAsync(IServiceProvider services)
    {
        var hosted = services.GetServices<IHostedService>().Reverse().ToList();
        foreach (var service in hosted.OfType<IHostedLifecycleService>())
        {
            await service.StoppingAsync(CancellationToken.None);
        }

        foreach (var service in hosted)
        {
            await service.StopAsync(CancellationToken.None);
        }

        foreach (var service in hosted.OfType<IHostedLifecycleService>())
        {
            await service.StoppedAsync(CancellationToken.None);
        }
    }

    private static void RefuseThreads(IEnumerable<IHostedService> hosted)
    {
        if (hosted.OfType<BackgroundService>().FirstOrDefault() is { } service)
        {
            throw new InvalidOperationException(
                $"{service.GetType().Name} is a BackgroundService, which .NET runs on the thread pool, out of virtual time's reach. "
                + "Implement IHostedService and begin the work in StartAsync, or leave it out of this test's configuration.");
        }
    }
}
