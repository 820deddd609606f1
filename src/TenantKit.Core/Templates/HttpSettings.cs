namespace TenantKit.Templates;

/// <summary>How requests are brought to an app.</summary>
public sealed record HttpSettings
{
    /// <summary>The version of HTTP the app speaks, for requests and probes alike. The default is <see cref="AppProtocol.Http1"/>.</summary>
    public AppProtocol Protocol { get; init; } = AppProtocol.Http1;
}
