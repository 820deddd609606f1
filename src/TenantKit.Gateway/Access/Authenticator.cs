using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Access;

/// <summary>Finds out who asks: by bearer token, or by the session cookie when there is no bearer token. A revoked token is as good as none.</summary>
internal sealed class Authenticator(AccessTokenValidator validator, RevocationTable revocations)
{
    private const string Bearer = "Bearer ";

    public async ValueTask<Authentication> AuthenticateAsync(HttpContext http)
    {
        var authorization = http.Request.Headers.Authorization;
        if (authorization.Count > 1)
        {
            return new Authentication(null, Presented: true, ByCookie: false);
        }

        if (authorization.Count == 1 && authorization[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            var (caller, problem) = await validator.ValidateAsync(authorization[0].AsMemory(Bearer.Length).Trim(), http.RequestAborted);
            return new Authentication(Unrevoked(caller), Presented: true, ByCookie: false, problem);
        }

        if (SessionCookie.TryRead(http.Request, out var token, out var present))
        {
            var (caller, problem) = await validator.ValidateAsync(token.AsMemory(), http.RequestAborted);
            return new Authentication(Unrevoked(caller), Presented: true, ByCookie: true, problem);
        }

        return new Authentication(null, Presented: present, ByCookie: present);
    }

    private Caller? Unrevoked(Caller? caller) => caller is not null && revocations.IsRevoked(caller) ? null : caller;
}
