namespace TenantKit.Orchestration;

/// <summary>The caller no longer holds the lease under which it acted: another has acted with a higher token. Nothing was done.</summary>
/// <param name="unit">The unit.</param>
/// <param name="token">The caller's token.</param>
/// <param name="highest">The highest token seen.</param>
public sealed class StaleTokenException(UnitRef unit, long token, long highest)
    : Exception($"Unit '{unit?.Name}' was acted on with token {highest}; token {token} is outdated.")
{
    /// <summary>The caller's token.</summary>
    public long Token { get; } = token;

    /// <summary>The highest token seen.</summary>
    public long Highest { get; } = highest;
}
