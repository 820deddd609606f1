namespace TenantKit.Gateway.Tests.Support;

/// <summary>What an app got.</summary>
internal sealed record AppEcho(string Instance, string Method, string Target, Dictionary<string, string[]> Headers);
