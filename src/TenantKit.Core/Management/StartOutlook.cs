namespace TenantKit.Management;

/// <summary>What somebody who waits for a start can expect.</summary>
/// <param name="Position">How many tenants start before it; 0 when it starts now.</param>
/// <param name="Expected">How long until it has started, as starts went lately; null when there was none yet.</param>
internal readonly record struct StartOutlook(int Position, TimeSpan? Expected);
