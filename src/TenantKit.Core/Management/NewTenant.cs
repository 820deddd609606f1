namespace TenantKit.Management;

/// <summary>A tenant to make.</summary>
public sealed record NewTenant
{
    /// <summary>Its name; null derives a free one from <see cref="OwnerUserName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Its template; null for the default one.</summary>
    public string? Template { get; init; }

    /// <summary>The user it is made for.</summary>
    public required string OwnerUserId { get; init; }

    /// <summary>That user's login name.</summary>
    public required string OwnerUserName { get; init; }
}
