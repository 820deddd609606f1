using Microsoft.Extensions.DependencyInjection;
using TenantKit.Leases;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Mutants;

/// <summary>A lease once taken is trusted without renewing it.</summary>
internal sealed class LeaseTrustedForEver : Mutant
{
    public override string Name => "lease-trusted-for-ever";

    public override string Breaks => "a lease once taken is trusted without renewing it";

    public override void Replace(IServiceCollection services, VirtualNode node) => services.AddSingleton(new ShardLeases(new Stopped()));

    private sealed class Stopped : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
