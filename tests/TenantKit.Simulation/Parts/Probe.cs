using TenantKit.Control;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>Probes over the network: whoever is at the address answers, and must prove to be the one.</summary>
internal sealed class Probe(Cluster cluster, VirtualNode node) : IInstanceProbe
{
    public async Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken)
    {
        var identityOnly = settings.Path.StartsWith(WireProtocol.IdentityProofPath, StringComparison.Ordinal);
        try
        {
            return await cluster.Network.CallAsync(
                node,
                cluster.Runtime.Node,
                () => Task.FromResult(cluster.Runtime.At(instance.Endpoint)?.Answers(instance.Key.Span, identityOnly) == true
                    ? ProbeResult.Success
                    : new ProbeResult(false, "Nobody answers, or not as it should.")),
                static () => new TimeoutException("The probe was not answered in time."),
                settings.Timeout,
                cancellationToken);
        }
        catch (TimeoutException exception)
        {
            return new ProbeResult(false, exception.Message);
        }
    }
}
