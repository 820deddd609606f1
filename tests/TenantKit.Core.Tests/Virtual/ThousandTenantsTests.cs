using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Control;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Core.Tests.Virtual;

public sealed class ThousandTenantsTests
{
    [Fact]
    public void Life_OfAThousandTenantsWithACrashMidway_EndsAsWanted()
    {
        var clock = Stopwatch.StartNew();
        var (_, events, elapsed) = Live(42, 1_000);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"1,000 tenants: {events:N0} events, {elapsed:c} of virtual time in {clock.Elapsed.TotalSeconds:0.0} s"));
    }

    [Fact]
    public void Life_OfTheSameSeed_IsTheSame()
    {
        var first = Live(7, 100);

        Assert.Equal(first, Live(7, 100));
        Assert.NotEqual(first.Fingerprint, Live(8, 100).Fingerprint);
    }

    /// <summary>Created, started, idle and so asleep, woken while the control plane crashes, and awake in the end.</summary>
    private static (ulong Fingerprint, long Events, TimeSpan Elapsed) Live(ulong seed, int count)
    {
        using var kit = VirtualTenantKit.Create(seed, static builder => builder
            .UseInMemoryOrchestrator(static runtime => runtime.StartDelay = TimeSpan.FromSeconds(1))
            .AddTemplate(new Template { Name = "default", Version = 1, Image = "app", IdleTimeout = TimeSpan.FromMinutes(2), CreatedAt = default }));
        for (var number = 0; number < count; number++)
        {
            kit.CreateTenant("tenant-" + number);
        }

        kit.RunUntil(() => kit.Count(TenantPhase.Running) == count);
        kit.RunUntil(() => kit.Count(TenantPhase.Sleeping) == count);
        kit.Run(() => Task.WhenAll(kit.Tenants.Select(state =>
            kit.Get<IControlClient>().WakeAsync(new WakeRequest(state.Tenant.Id, "user", "gateway"), CancellationToken.None))));
        kit.RunUntil(() => kit.Count(TenantPhase.Running) >= count / 2);
        kit.Crash();
        kit.RunFor(TimeSpan.FromSeconds(30));
        Assert.InRange(kit.Count(TenantPhase.Running), count / 2, count - 1);

        kit.Start();
        kit.RunUntil(() => kit.Count(TenantPhase.Running) == count);
        kit.RunUntilQuiet();

        Assert.All(kit.Tenants, state => Assert.Single(
            kit.Run(() => kit.Orchestrator.ObserveAsync(new UnitRef(state.Tenant.Id, state.Tenant.UnitName), CancellationToken.None))!.Instances,
            static instance => instance.State == RuntimeState.Running));
        return (kit.World.Fingerprint, kit.World.Events, kit.World.Elapsed);
    }
}
