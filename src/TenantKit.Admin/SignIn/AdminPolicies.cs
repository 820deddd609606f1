using Microsoft.AspNetCore.Authorization;
using TenantKit.Admin.Http;
using TenantKit.Control;
using TenantKit.Users;

namespace TenantKit.Admin.SignIn;

/// <summary>The permissions of the Admin API, and the roles that hold them.</summary>
internal static class AdminPolicies
{
    /// <summary>The authentication scheme; a name of its own, so that the host's other schemes stay as they are.</summary>
    public const string Scheme = "TenantKitAdmin";

    /// <summary>Change users, roles and templates.</summary>
    public const string Administer = "tenantkit:administer";

    /// <summary>Change containers and tenants.</summary>
    public const string Operate = "tenantkit:operate";

    /// <summary>Read containers, tenants, templates and operations.</summary>
    public const string Read = "tenantkit:read";

    /// <summary>Read users and the audit log.</summary>
    public const string Inspect = "tenantkit:inspect";

    /// <summary>Whoever is signed in.</summary>
    public const string SignedIn = "tenantkit:signed-in";

    /// <summary>Nobody: what an endpoint gets that names no permission.</summary>
    public const string Deny = "tenantkit:deny";

    public static void Add(AuthorizationBuilder builder)
    {
        Add(builder, Administer, UserRole.Administrator);
        Add(builder, Operate, UserRole.Administrator, UserRole.Operator);
        Add(builder, Read, UserRole.Administrator, UserRole.Operator, UserRole.Auditor);
        Add(builder, Inspect, UserRole.Administrator, UserRole.Auditor);
        Add(builder, SignedIn, Enum.GetValues<UserRole>());
        builder.AddPolicy(Deny, static policy => policy.AddAuthenticationSchemes(Scheme).RequireAssertion(static _ => false));
    }

    private static void Add(AuthorizationBuilder builder, string policy, params UserRole[] roles) =>
        builder.AddPolicy(policy, build => build
            .AddAuthenticationSchemes(Scheme)
            .RequireAuthenticatedUser()
            .RequireClaim(AccessTokenClaims.Role, roles.Select(static role => EnumText.Of(role))));
}
