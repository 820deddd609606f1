namespace TenantKit.LoadChecks.Hosting;

/// <summary>A tenant with its user.</summary>
/// <param name="Name">The name of both.</param>
/// <param name="UserId">The user's id.</param>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="Token">The user's access token.</param>
internal sealed record TenantUser(string Name, string UserId, string TenantId, string Token);
