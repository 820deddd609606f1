namespace TenantKit.Admin.Users;

/// <summary>The tenant to make for a user.</summary>
/// <param name="Name">Its name; derived from the user's when left out.</param>
/// <param name="Template">Its template; the default one when left out.</param>
internal sealed record CreateUserTenantRequest(string? Name = null, string? Template = null);
