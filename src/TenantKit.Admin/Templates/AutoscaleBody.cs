using TenantKit.Templates;

namespace TenantKit.Admin.Templates;

/// <summary>How the number of copies follows the load. Times are <c>hh:mm:ss</c>.</summary>
internal sealed record AutoscaleBody
{
    public double TargetInFlight { get; init; } = 20;

    public TimeSpan StableWindow { get; init; } = TimeSpan.FromSeconds(60);

    public double PanicWindowShare { get; init; } = 0.1;

    public double PanicThreshold { get; init; } = 2;

    public TimeSpan ScaleDownDelay { get; init; }

    public AutoscaleSettings ToSettings() => new()
    {
        TargetInFlight = TargetInFlight,
        StableWindow = StableWindow,
        PanicWindowShare = PanicWindowShare,
        PanicThreshold = PanicThreshold,
        ScaleDownDelay = ScaleDownDelay,
    };

    public static AutoscaleBody? Of(AutoscaleSettings? autoscale) => autoscale is null ? null : new()
    {
        TargetInFlight = autoscale.TargetInFlight,
        StableWindow = autoscale.StableWindow,
        PanicWindowShare = autoscale.PanicWindowShare,
        PanicThreshold = autoscale.PanicThreshold,
        ScaleDownDelay = autoscale.ScaleDownDelay,
    };
}
