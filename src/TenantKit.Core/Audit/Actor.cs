namespace TenantKit.Audit;

/// <summary>On whose behalf something is done.</summary>
/// <param name="Id">A user id, or one of the well-known ids.</param>
/// <param name="Name">The name at that time; null when there is none.</param>
/// <param name="RequestId">The id of the causing request; null when there is none.</param>
public sealed record Actor(string Id, string? Name = null, string? RequestId = null)
{
    /// <summary>TenantKit itself.</summary>
    public static Actor System { get; } = new("system");

    /// <summary>Nobody that is known.</summary>
    public static Actor Anonymous { get; } = new("anonymous");
}
