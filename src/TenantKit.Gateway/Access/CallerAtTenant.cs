using TenantKit.Gateway.Activity;
using TenantKit.Routing;

namespace TenantKit.Gateway.Access;

/// <summary>What a caller's next request to the same tenant needs again, in one place: each table that is asked instead is several memory accesses that no cache holds.</summary>
/// <param name="Route">The tenant's route when this was made; the same object while it has not changed.</param>
/// <param name="Counter">The tenant's counter then; it may have been retired.</param>
/// <param name="Identity">What the app is told of the caller; null for nothing yet.</param>
/// <param name="IdentityUntil">Until when that is used (UTC).</param>
internal sealed record CallerAtTenant(Route Route, TenantCounter Counter, string? Identity, DateTimeOffset IdentityUntil);
