using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Autoscaling;

/// <summary>One awake tenant whose instances follow its load.</summary>
/// <remarks>Its history is the loop's alone; what is known of the tenant is swapped whole.</remarks>
internal sealed class AutoscaledTenant(string id, AutoscaleSettings settings)
{
    private readonly LoadHistory history = new(settings.StableWindow);
    private AutoscaleMemory memory = AutoscaleMemory.None;
    private volatile AutoscaleInput known = new(0, 0, false, 1, 0, 1, 1);
    private volatile AutoscaleOutlook? outlook;

    public string Id => id;

    public AutoscaleSettings Settings => settings;

    /// <summary>What is wanted and ready, and the bounds.</summary>
    public AutoscaleInput Known => known;

    public AutoscaleOutlook? Outlook => outlook;

    public void See(TenantState state, Template template) => known = new AutoscaleInput(
        0, 0, false, state.Tenant.Replicas, state.Instances.Count(static instance => instance.State == InstanceState.Ready), template.MinReplicas, template.MaxReplicas);

    /// <summary>Takes a measurement in and decides.</summary>
    public int Decide(TimeSpan now, double load)
    {
        history.Add(now, load);
        var input = known with
        {
            Stable = history.Mean(settings.StableWindow),
            Panic = history.Mean(settings.StableWindow * settings.PanicWindowShare),
            IsWhole = history.IsWhole,
        };
        (var count, memory) = AutoscaleRule.Decide(settings, input, memory, now);
        outlook = new AutoscaleOutlook(Math.Round(input.Stable, 3), Math.Round(input.Panic, 3), memory.PanicUntil is not null, input.IsWhole, count);
        return count;
    }

    /// <summary>Forgets what was measured: it is somebody else's to decide, or nothing can be measured.</summary>
    public void Forget()
    {
        history.Clear();
        memory = AutoscaleMemory.None;
        outlook = null;
    }
}
