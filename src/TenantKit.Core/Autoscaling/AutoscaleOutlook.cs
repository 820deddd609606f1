namespace TenantKit.Autoscaling;

/// <summary>What autoscaling sees of a tenant.</summary>
/// <param name="Stable">Mean requests in flight over the stable window.</param>
/// <param name="Panic">The same over the panic window.</param>
/// <param name="IsPanicking">True while nothing is taken away because load came suddenly.</param>
/// <param name="IsWhole">True once a whole stable window was seen; before, nothing is taken away.</param>
/// <param name="Wanted">Instances it asks for.</param>
public sealed record AutoscaleOutlook(double Stable, double Panic, bool IsPanicking, bool IsWhole, int Wanted);
