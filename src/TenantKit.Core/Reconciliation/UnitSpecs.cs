using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>Builds the specification of a unit; a pure function of tenant, template and settings.</summary>
internal sealed class UnitSpecs(IOptions<TenantKitOptions> options)
{
    public UnitSpec Build(TenantState state, Template template)
    {
        var tenant = state.Tenant;
        var environment = new Dictionary<string, string>(template.Environment)
        {
            ["USER_ID"] = tenant.OwnerUserId,
            ["DB_NAME"] = $"user_{tenant.OwnerUserId}_db",
            ["TENANT_ID"] = tenant.Id,
            ["TENANT_NAME"] = tenant.Name,
            [WireProtocol.TenantIdVariable] = tenant.Id,
            [WireProtocol.TenantNameVariable] = tenant.Name,
            [WireProtocol.RegistrationUrlVariable] = options.Value.RegistrationUrl,
        };
        return new UnitSpec
        {
            Unit = new UnitRef(tenant.Id, tenant.UnitName),
            TenantName = tenant.Name,
            Generation = tenant.Generation,
            RestartEpoch = tenant.RestartEpoch,
            Replicas = tenant.Replicas,
            Image = template.ImageDigest is { } digest && template.Image.IndexOf('@') < 0 ? template.Image + "@" + digest : template.Image,
            Command = template.Command,
            Environment = environment,
            Port = template.Port,
            Resources = tenant.Resources,
            Probe = template.Probe,
            Database = template.Database,
            StopGracePeriod = template.Probe.StopGracePeriod,
            WasMade = state.Status.Provisioned,
        };
    }
}
