namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record SignedIn(string AccessToken, int ExpiresIn);
