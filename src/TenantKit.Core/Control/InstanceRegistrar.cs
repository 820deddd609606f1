using System.Net;
using System.Security.Cryptography;
using System.Text;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Control;

/// <summary>
/// Takes registrations in. A registration proves who it is by the instance's own key and changes nothing but that instance's claim: the
/// address is the orchestrator's, and readiness is what the probe finds.
/// </summary>
internal sealed class InstanceRegistrar(ITenantStore store, IInstanceCredentials credentials)
{
    public async Task<RegistrationAnswer> RegisterAsync(InstanceRegistration registration, CancellationToken cancellationToken)
    {
        // The proof comes first: without it nothing is told and nothing is read.
        var expected = Convert.ToHexStringLower(credentials.GetKey(registration.TenantId, registration.InstanceId));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(registration.Token)))
        {
            return new RegistrationAnswer(RegistrationOutcome.Unauthenticated, "The token is not the one that this instance was given.");
        }

        if (!TemplateRules.IsCanonicalPath(registration.HealthPath))
        {
            return new RegistrationAnswer(RegistrationOutcome.Mismatch, "The health path begins with one '/', and has no '//', '..' or '?'.");
        }

        for (var attempt = 0; ; attempt++)
        {
            var state = await store.LoadStateAsync(registration.TenantId, cancellationToken);
            if (Judge(state, registration) is { } refusal)
            {
                return refusal;
            }

            var row = state!.Instances.First(instance => instance.Id == registration.InstanceId);
            if (row.Claim == registration.Claim)
            {
                return new RegistrationAnswer(RegistrationOutcome.Accepted);
            }

            try
            {
                await store.CommitAsync(new ChangeSet().Put(row with { Claim = registration.Claim }), cancellationToken);
                return new RegistrationAnswer(RegistrationOutcome.Accepted);
            }
            catch (RevisionConflictException) when (attempt < 8)
            {
                // The control loop wrote the row in the meantime: judge again.
            }
        }
    }

    private static RegistrationAnswer? Judge(TenantState? state, InstanceRegistration registration)
    {
        if (state is null || state.Tenant.Desired == DesiredState.Deleted)
        {
            return new RegistrationAnswer(RegistrationOutcome.TenantDeleted, "The tenant is deleted.");
        }

        if (state.Instances.FirstOrDefault(instance => instance.Id == registration.InstanceId) is not { } row)
        {
            return new RegistrationAnswer(RegistrationOutcome.NotYetKnown, "The instance is not recorded yet. Try again in a moment.");
        }

        if (row.State == InstanceState.Exited || row.Endpoint is null)
        {
            return new RegistrationAnswer(RegistrationOutcome.Stale, "The instance is no longer current.");
        }

        if (!IPEndPoint.TryParse(row.Endpoint, out var endpoint) || endpoint.Port != registration.Port)
        {
            return new RegistrationAnswer(RegistrationOutcome.Mismatch, "The port is not the one that the orchestrator reports for this instance.");
        }

        var from = registration.RemoteAddress is { } text && IPAddress.TryParse(text, out var address) ? address : null;
        from = from is { IsIPv4MappedToIPv6: true } ? from.MapToIPv4() : from;
        return from is null || from.Equals(endpoint.Address)
            ? null
            : new RegistrationAnswer(RegistrationOutcome.Mismatch, "The call does not come from the address that the orchestrator reports for this instance.");
    }
}
