namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record UserContainer(string Phase, string Url);
