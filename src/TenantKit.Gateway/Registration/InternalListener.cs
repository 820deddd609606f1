using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace TenantKit.Gateway.Registration;

/// <summary>Marks connections that came in on the internal listener. Set when the connection is accepted: nothing a client sends can forge it.</summary>
internal sealed class InternalListener
{
    public static readonly InternalListener Instance = new();

    /// <summary>True for a request on the internal listener.</summary>
    public static bool Carries(HttpContext http) => http.Features.Get<InternalListener>() is not null;
}
