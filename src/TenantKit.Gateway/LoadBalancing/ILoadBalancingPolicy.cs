namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Chooses the instance that gets a request. Named by routes (<see cref="TenantKit.Routing.Route.LoadBalancing"/>) and by the gateway's default.</summary>
/// <remarks>Thread-safe and quick: it is asked once per request, without locks. State per tenant comes in <see cref="LoadBalancingContext.Sequence"/>.</remarks>
public interface ILoadBalancingPolicy
{
    /// <summary>The name routes use, such as those in <see cref="LoadBalancingPolicies"/>.</summary>
    string Name { get; }

    /// <summary>Chooses one.</summary>
    /// <param name="context">The candidates, at least two.</param>
    /// <returns>Its index in <see cref="LoadBalancingContext.Candidates"/>.</returns>
    int Choose(in LoadBalancingContext context);
}
