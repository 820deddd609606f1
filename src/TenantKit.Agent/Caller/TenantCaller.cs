namespace TenantKit.Agent.Caller;

/// <summary>The verified caller of a request.</summary>
/// <param name="UserId">The user's id.</param>
/// <param name="UserName">The user's login name.</param>
/// <param name="Role">The user's role in lower case: <c>administrator</c>, <c>operator</c>, <c>auditor</c>, <c>user</c>.</param>
public sealed record TenantCaller(string UserId, string UserName, string Role);
