namespace TenantKit.Templates;

/// <summary>How the number of a tenant's instances follows its load, between the template's fewest and most.</summary>
/// <remarks>
/// The load is the requests and streams in flight at all gateways, waiting ones included. Two windows, as Knative's pod autoscaler describes
/// them: the stable one decides in ordinary times; when the short one shows far more than what runs can carry, it decides, and nothing is
/// taken away until that is over. Sleep goes by idleness, not by this.
/// </remarks>
public sealed record AutoscaleSettings
{
    /// <summary>Requests in flight that one instance is to have; 0.1 to 10,000. The default is 20.</summary>
    public double TargetInFlight { get; init; } = 20;

    /// <summary>The time that the load is averaged over; 6 seconds to 1 hour. Nothing is taken away before one was seen whole. The default is 60 seconds.</summary>
    public TimeSpan StableWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The share of the stable window that the panic window has; 0.01 to 1. The default is 0.1.</summary>
    public double PanicWindowShare { get; init; } = 0.1;

    /// <summary>How many times what is ready the panic window must ask for to start a panic; 1.1 to 10. The default is 2.</summary>
    public double PanicThreshold { get; init; } = 2;

    /// <summary>How long fewer instances must be enough before any is taken away; 0 to 1 hour. The default is 0.</summary>
    public TimeSpan ScaleDownDelay { get; init; }
}
