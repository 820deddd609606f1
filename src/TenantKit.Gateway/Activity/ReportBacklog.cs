using TenantKit.Control;

namespace TenantKit.Gateway.Activity;

/// <summary>
/// What one replica of the control plane has not been told yet. Each replica keeps its own picture, so news that reached another one are still
/// news to this one: they go along with its next report.
/// </summary>
/// <remarks>Not thread-safe: one report is under way to a replica at a time.</remarks>
public sealed class ReportBacklog
{
    private readonly Dictionary<string, TenantActivity> untold = new(StringComparer.Ordinal);

    /// <summary>Tenants whose news wait.</summary>
    public int Count => untold.Count;

    /// <summary>The report with what earlier ones did not bring here.</summary>
    /// <param name="report">The newest report.</param>
    /// <returns>What to send.</returns>
    public ActivityReport Complete(ActivityReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (untold.Count == 0)
        {
            return report;
        }

        var tenants = new List<TenantActivity>(report.Tenants.Count + untold.Count);
        foreach (var tenant in report.Tenants)
        {
            tenants.Add(untold.TryGetValue(tenant.TenantId, out var earlier) ? tenant with { Requests = tenant.Requests + earlier.Requests } : tenant);
        }

        var told = report.Tenants.Select(static tenant => tenant.TenantId).ToHashSet(StringComparer.Ordinal);
        tenants.AddRange(untold.Values.Where(tenant => !told.Contains(tenant.TenantId)).Select(static tenant => tenant with { InFlight = 0, Forwarding = 0 }));
        return report with { Tenants = tenants };
    }

    /// <summary>Forgets what was brought.</summary>
    public void Delivered() => untold.Clear();

    /// <summary>Keeps what was not, for the next report.</summary>
    /// <param name="sent">What <see cref="Complete"/> gave.</param>
    public void Failed(ActivityReport sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        foreach (var tenant in sent.Tenants)
        {
            untold[tenant.TenantId] = tenant;
        }
    }
}
