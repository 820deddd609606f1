namespace TenantKit.Simulation.Mutants;

/// <summary>No gateway is waited for.</summary>
internal sealed class GatewaysForgottenAtOnce : Mutant
{
    public override string Name => "gateways-forgotten-at-once";

    public override string Breaks => "no gateway is waited for";

    public override TenantKitOptions Rewrite(TenantKitOptions options) => new()
    {
        MaxConcurrentStarts = options.MaxConcurrentStarts, Workers = options.Workers, DrainTimeout = options.DrainTimeout, ResyncInterval = options.ResyncInterval,
        MaxBackoff = options.MaxBackoff, DataRetention = options.DataRetention, GatewayGrace = options.GatewayGrace, GatewayLease = TimeSpan.Zero,
    };
}
