using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore.Model;

/// <summary>
/// The column that makes a name unique among the living on any database: the name itself while the record lives,
/// <c>~id</c> once it is deleted, which sets the name free. (Not every database can index only some rows.)
/// </summary>
internal static class NameKey
{
    public const string Column = "NameKey";

    public static string? Of(object record) => record switch
    {
        User user => user.DeletedAt is null ? user.NormalizedUserName : "~" + user.Id,
        Tenant tenant => tenant.Desired == DesiredState.Deleted ? "~" + tenant.Id : tenant.Name,
        _ => null,
    };

    /// <summary>The unique name as people know it; null for records that have none.</summary>
    public static string? DisplayNameOf(object record) => record switch
    {
        User user => user.UserName,
        Tenant tenant => tenant.Name,
        _ => null,
    };
}
