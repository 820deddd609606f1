using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Routing.Feed;

/// <summary>Derives a route from rows. Routes are never written as a step of their own, so none can be lost.</summary>
internal sealed class RouteDerivation(IInstanceCredentials credentials)
{
    public Route Derive(TenantState state, Template template, long revision)
    {
        var (tenant, status) = (state.Tenant, state.Status);
        var routeState = tenant switch
        {
            { Desired: DesiredState.Deleted } => RouteState.Gone,
            { Suspended: true } => RouteState.Suspended,
            { Desired: DesiredState.Sleeping } => RouteState.Asleep,
            _ => status.Phase == TenantPhase.Failed ? RouteState.Failed : RouteState.Active,
        };
        return new Route
        {
            TenantId = tenant.Id,
            TenantName = tenant.Name,
            State = routeState,
            Reason = status.Reason,
            Message = routeState is RouteState.Failed or RouteState.Active ? status.Message : null,
            WakeOnRequest = template.WakeOnRequest,
            Instances = routeState == RouteState.Gone ? [] : Instances(state, template.Http.Protocol),
            LoadBalancing = template.LoadBalancing,
            AnonymousPaths = template.AnonymousPaths,
            Http = template.Http,
            Probe = template.Probe,
            Revision = revision,
        };
    }

    private IReadOnlyList<RouteInstance> Instances(TenantState state, AppProtocol protocol) =>
        state.Instances.Count == 0 ? [] :
        [
            .. state.Instances
                .Where(static row => row is { Endpoint: not null, State: not InstanceState.Exited })
                .Select(row => new RouteInstance(
                    row.Id,
                    row.Endpoint!,
                    row.State == InstanceState.Draining || row.Claim == InstanceClaim.Draining,
                    row.Claim,
                    credentials.GetKey(row.TenantId, row.Id),
                    row.StartedAt) { Protocol = protocol }),
        ];
}
