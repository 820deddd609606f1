#region virtual-time
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantKit.Control;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;
using Xunit;

namespace Orders.Tests;

public sealed class ThousandTenantsTests
{
    private const int Tenants = 1_000;

    [Fact]
    public void EveryTenant_OverSleepAndCrash_IsBilledOnceAndRunsInTheEnd()
    {
        var bills = new Bills();
        using var kit = VirtualTenantKit.Create(seed: 42, builder =>
        {
            builder.UseInMemoryOrchestrator(static runtime => runtime.StartDelay = TimeSpan.FromSeconds(1));
            builder.AddTemplate(new Template { Name = "default", Version = 1, Image = "orders", IdleTimeout = TimeSpan.FromMinutes(2), CreatedAt = default });
            builder.Services.AddSingleton(bills);
            builder.Services.AddHostedService<BillingHook>();
        });

        for (var number = 1; number <= Tenants; number++)
        {
            kit.CreateTenant($"customer-{number}");
        }

        // Nobody uses them: they start, are idle, and fall asleep.
        kit.RunUntil(() => kit.Count(TenantPhase.Running) == Tenants);
        kit.RunUntil(() => kit.Count(TenantPhase.Sleeping) == Tenants);

        // Everybody comes back at once, and the control plane crashes when half of them are awake.
        kit.Run(() => Task.WhenAll(kit.Tenants.Select(state =>
            kit.Get<IControlClient>().WakeAsync(new WakeRequest(state.Tenant.Id, "user", "gateway"), CancellationToken.None))));
        kit.RunUntil(() => kit.Count(TenantPhase.Running) >= Tenants / 2);
        kit.Crash();
        kit.RunFor(TimeSpan.FromMinutes(1));

        kit.Start();
        kit.RunUntilQuiet();
        Assert.Equal(Tenants, kit.Count(TenantPhase.Running));
        Assert.Equal(Tenants, bills.Opened.Count);
    }

    /// <summary>What is under test: opens an account for each tenant when it first runs.</summary>
    private sealed class BillingHook(IChangeLog changes, ITenantReader tenants, TimeProvider time, Bills bills) : IHostedService
    {
        private readonly CancellationTokenSource stopping = new();

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = FollowAsync();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            stopping.Cancel();
            return Task.CompletedTask;
        }

        private async Task FollowAsync()
        {
            for (var seen = 0L; ;)
            {
                foreach (var change in await changes.ReadAsync(seen, 1_000, stopping.Token))
                {
                    if (await tenants.LoadStateAsync(change.TenantId, stopping.Token) is { Status.Phase: TenantPhase.Running } state)
                    {
                        bills.Open(state.Tenant.Name, time.GetUtcNow());
                    }

                    seen = change.Revision;
                }

                await changes.WaitAsync(seen, stopping.Token);
            }
        }
    }

    /// <summary>The billing system, which a crash of the control plane does not touch.</summary>
    private sealed class Bills
    {
        public Dictionary<string, DateTimeOffset> Opened { get; } = [];

        public void Open(string tenant, DateTimeOffset at) => Opened.TryAdd(tenant, at);
    }
}
#endregion
