namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record UserCredentials(string UserName, string? Password);
