using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Registration;

/// <summary>Marks the connections of a listener that is not for tenants. Set when a connection is accepted: nothing a client sends can forge it.</summary>
internal sealed class GatewayListener
{
    private readonly ListenerKind kind;

    private GatewayListener(ListenerKind kind) => this.kind = kind;

    /// <summary>The one where instances register.</summary>
    public static GatewayListener Internal { get; } = new(ListenerKind.Internal);

    /// <summary>The one that only sends on to https.</summary>
    public static GatewayListener Redirect { get; } = new(ListenerKind.Redirect);

    /// <summary>The kind of the listener that a request came in on.</summary>
    public static ListenerKind Of(HttpContext http) => http.Features.Get<GatewayListener>()?.kind ?? ListenerKind.Public;
}
