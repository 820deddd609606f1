using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace TenantKit.Gateway.Health;

/// <summary>Shows how many instances are in each state. It lives as long as the host: nobody else asks for it.</summary>
internal sealed class HealthMetrics(IMeterFactory meters, IInstanceHealthView view) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create(GatewayMetrics.MeterName).CreateObservableGauge("tenantkit.gateway.instances", Observe, "{instance}", "Instances of awake tenants, by state.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<int>> Observe() =>
        view.Count().Select(static entry => new Measurement<int>(entry.Value, new KeyValuePair<string, object?>("state", entry.Key.ToString().ToLowerInvariant())));
}
