namespace TenantKit.Gateway.Registration;

/// <summary>Which listener an endpoint belongs to.</summary>
/// <param name="Internal">True for the internal one.</param>
internal sealed record ListenerMetadata(bool Internal);
