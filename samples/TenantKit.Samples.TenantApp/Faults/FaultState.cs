using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TenantKit.Samples.TenantApp.Faults;

/// <summary>The fault that is on now, until its time is over.</summary>
internal sealed class FaultState(TimeProvider time) : IHealthCheck
{
    private volatile Tuple<string, DateTimeOffset>? fault;

    public string? Mode => fault is { } current && time.GetUtcNow() < current.Item2 ? current.Item1 : null;

    public TimeSpan Left => fault is { } current && current.Item2 - time.GetUtcNow() is { } left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    public void Set(string mode, TimeSpan duration) => fault = Tuple.Create(mode, time.GetUtcNow() + duration);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Mode == "unhealthy" ? HealthCheckResult.Unhealthy("A fault was asked for.") : HealthCheckResult.Healthy());
}
