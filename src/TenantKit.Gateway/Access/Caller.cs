namespace TenantKit.Gateway.Access;

/// <summary>Who asks, as a validated access token says.</summary>
/// <param name="UserId">The user.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Role">Its role in lower case.</param>
/// <param name="TenantId">Its tenant; null for staff without one.</param>
/// <param name="ExpiresAt">When the token ends (UTC), clock skew included.</param>
/// <param name="Stamp">The user's security stamp at sign-in, hashed; empty when the token says none.</param>
internal sealed record Caller(string UserId, string UserName, string Role, string? TenantId, DateTimeOffset ExpiresAt, string Stamp = "")
{
    private CallerAtTenant? lately;

    /// <summary>What was found for its last request's tenant; null before the first one. A hint: whoever uses it looks whether it is for the tenant at hand and still holds.</summary>
    public CallerAtTenant? Lately
    {
        get => Volatile.Read(ref lately);
        set => Volatile.Write(ref lately, value);
    }

    /// <summary>Administrators manage everything, and so may enter every tenant; operators and auditors may not.</summary>
    public bool MayEnter(string tenantId) => Role == "administrator" || string.Equals(TenantId, tenantId, StringComparison.Ordinal);
}
