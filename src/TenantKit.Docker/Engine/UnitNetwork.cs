namespace TenantKit.Docker.Engine;

/// <summary>A unit's network, which may be on its way.</summary>
/// <param name="LikelyHost">Where the engine's machine is found on it, as far as can be told before; null where it has no address.</param>
/// <param name="Host">Its making, with the address that it really has.</param>
internal sealed record UnitNetwork(string? LikelyHost, Task<string?> Host)
{
    public static UnitNetwork Made(string? host) => new(host, Task.FromResult(host));
}
