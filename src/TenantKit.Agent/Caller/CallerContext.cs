using Microsoft.AspNetCore.Http;

namespace TenantKit.Agent.Caller;

/// <summary>Reads the caller off the principal that the authentication scheme made.</summary>
internal sealed class CallerContext(IHttpContextAccessor accessor) : ICallerContext
{
    public TenantCaller? Caller => accessor.HttpContext is { } context ? CallerPrincipal.ToCaller(context.User) : null;
}
