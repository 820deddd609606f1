namespace TenantKit.Autoscaling;

/// <summary>What a decision is made from.</summary>
/// <param name="Stable">Mean load over the stable window, or over as much of it as was seen.</param>
/// <param name="Panic">Mean load over the panic window.</param>
/// <param name="IsWhole">True when the whole stable window was seen.</param>
/// <param name="Wanted">Instances that are wanted now.</param>
/// <param name="Ready">Instances that are ready now.</param>
/// <param name="Fewest">The lower bound; 1 or more.</param>
/// <param name="Most">The upper bound.</param>
internal sealed record AutoscaleInput(double Stable, double Panic, bool IsWhole, int Wanted, int Ready, int Fewest, int Most);
