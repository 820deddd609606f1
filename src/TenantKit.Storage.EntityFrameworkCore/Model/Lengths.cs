namespace TenantKit.Storage.EntityFrameworkCore.Model;

/// <summary>Longest values of indexed columns, for databases that need to know. In characters.</summary>
internal static class Lengths
{
    public const int Id = 64;
    public const int Name = 256;
    public const int Hash = 64;
    public const int Code = 64;
    public const int Target = 160;
    public const int Lease = 100;
}
