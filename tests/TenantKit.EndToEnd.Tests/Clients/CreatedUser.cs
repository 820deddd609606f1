namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record CreatedUser(string Id, string UserName, string TenantId, UserCredentials Credentials, UserContainer Container);
