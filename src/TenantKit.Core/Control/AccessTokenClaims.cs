namespace TenantKit.Control;

/// <summary>The claims of an access token, beside the registered ones of RFC 7519 (<c>sub</c> is the user id).</summary>
public static class AccessTokenClaims
{
    /// <summary>The user's name.</summary>
    public const string UserName = "name";

    /// <summary>The user's role in lower case: <c>administrator</c>, <c>operator</c>, <c>auditor</c>, <c>user</c>.</summary>
    public const string Role = "role";

    /// <summary>The id of the user's tenant; absent for staff without one.</summary>
    public const string TenantId = "tenant";

    /// <summary>The user's security stamp at sign-in, hashed.</summary>
    public const string Stamp = "stamp";
}
