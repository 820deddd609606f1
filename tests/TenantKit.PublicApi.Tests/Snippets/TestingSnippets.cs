using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of src/TenantKit.Testing/README.md.</summary>
internal static class TestingSnippets
{
    public static void Short()
    {
        #region virtual-short
        using var kit = VirtualTenantKit.Create(seed: 42, builder => builder.Services.AddHostedService<YourHook>());
        for (var number = 1; number <= 1_000; number++)
        {
            kit.CreateTenant($"customer-{number}");
        }

        kit.RunUntil(() => kit.Count(TenantPhase.Running) >= 500);
        kit.Crash();
        kit.Start();
        kit.RunUntilQuiet();
        Assert.Equal(1_000, kit.Count(TenantPhase.Running));
        #endregion
    }

    private sealed class YourHook : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
