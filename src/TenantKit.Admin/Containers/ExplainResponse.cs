using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Admin.Operations;
using TenantKit.Autoscaling;
using TenantKit.Explanation;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>Why a tenant is as it is.</summary>
internal sealed record ExplainResponse(
    string UserId,
    string TenantId,
    string Name,
    string Summary,
    [property: JsonConverter(typeof(CamelCaseEnum<TenantPhase>))] TenantPhase Phase,
    string Reason,
    string? Message,
    DateTimeOffset Since,
    [property: JsonConverter(typeof(CamelCaseEnum<DesiredState>))] DesiredState Desired,
    bool Suspended,
    long Generation,
    long ObservedGeneration,
    int ConsecutiveFailures,
    DateTimeOffset? RetryAt,
    DateTimeOffset? LastAccessAt,
    IReadOnlyList<Cause> Causes,
    IReadOnlyList<InstanceResponse> Instances,
    IReadOnlyList<OperationResponse> OpenOperations,
    TrafficResponse Traffic,
    SleepResponse? Sleep,
    AutoscaleOutlook? Autoscale,
    FailureResponse? LastFailure,
    WakeResponse? LastWake,
    LeaseResponse? Lease,
    int QueuePosition)
{
    public static ExplainResponse Of(TenantExplanation explanation, ContainerResponse container, DateTimeOffset now)
    {
        var (tenant, status) = (explanation.State.Tenant, explanation.State.Status);
        var causes = CauseChain.Of(explanation);
        return new ExplainResponse(
            container.UserId,
            tenant.Id,
            tenant.Name,
            ExplainSummary.Of(explanation),
            status.Phase,
            status.Reason,
            status.Message,
            status.ChangedAt,
            tenant.Desired,
            tenant.Suspended,
            tenant.Generation,
            status.ObservedGeneration,
            status.ConsecutiveFailures,
            status.RetryAt,
            explanation.LastAccessAt,
            causes,
            container.Instances,
            [.. explanation.State.OpenOperations.Select(OperationResponse.Of)],
            TrafficResponse.Of(explanation.Gateways),
            SleepResponse.Of(explanation.Sleep, now),
            explanation.Autoscale,
            FailureResponse.Of(explanation.State),
            WakeResponse.Of(explanation.LastWake),
            LeaseResponse.Of(explanation),
            explanation.QueuePosition);
    }
}
