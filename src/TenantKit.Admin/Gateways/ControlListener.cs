using Microsoft.AspNetCore.Http;

namespace TenantKit.Admin.Gateways;

/// <summary>Marks connections that came in on the listener for gateways. Set when the connection is accepted: nothing a client sends can forge it.</summary>
internal sealed class ControlListener
{
    public static readonly ControlListener Instance = new();

    public static bool Carries(HttpContext http) => http.Features.Get<ControlListener>() is not null;
}
