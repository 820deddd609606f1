using TenantKit.Control;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Gateway.Health;

/// <summary>Proves for each new connection that the instance still is at its address: it may have died and the address passed on since its last probe.</summary>
/// <remarks>
/// The proof is asked for <em>after</em> the connection stands. An instance never comes back to an address, so whoever passes then was there
/// already when the connection was made. Connections that are made while a proof is under way share the next one.
/// </remarks>
internal sealed class ConnectionProof(IInstanceProbe probe, InstanceSlot slot)
{
    // Who it is, not how it feels: for health there are the ordinary probes. The path must answer 2xx, and this one does for any nonce.
    private static readonly string AnyProof = $"{WireProtocol.IdentityProofPath}?nonce={new string('0', 64)}";

    private readonly Lock gate = new();
    private Task<ProbeResult> current = Task.FromResult(ProbeResult.Success);
    private Task<ProbeResult>? next;

    /// <summary>Asks for a proof that begins after this call. Templates whose probes prove no identity always pass.</summary>
    public Task<ProbeResult> AskAsync()
    {
        if (slot.Settings.Kind != ProbeKind.Identity)
        {
            return Task.FromResult(ProbeResult.Success);
        }

        lock (gate)
        {
            return next ??= RunAfterAsync(current);
        }
    }

    private async Task<ProbeResult> RunAfterAsync(Task<ProbeResult> previous)
    {
        await Task.WhenAny(previous); // its outcome is not this one's
        await Task.Yield();
        lock (gate)
        {
            current = next!;
            next = null;
        }

        return await probe.ProbeAsync(slot.TenantId, slot.Instance, slot.Settings with { Path = AnyProof }, slot.Life.Token);
    }
}
