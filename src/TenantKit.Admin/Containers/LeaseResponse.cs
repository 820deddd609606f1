using TenantKit.Explanation;

namespace TenantKit.Admin.Containers;

/// <summary>Which replica of the control plane acts for a tenant.</summary>
internal sealed record LeaseResponse(string Name, string Holder, long Token, bool ActsHere)
{
    public static LeaseResponse? Of(TenantExplanation explanation) =>
        explanation.Lease is { Holder: { } holder } lease ? new LeaseResponse(lease.Name, holder, lease.Token, explanation.ActsHere) : null;
}
