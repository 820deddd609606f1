namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record Listing<T>(T[] Items, string? NextCursor);
