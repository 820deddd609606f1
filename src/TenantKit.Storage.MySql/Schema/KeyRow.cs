namespace TenantKit.Storage.MySql.Schema;

/// <summary>A key of the ring that encrypts secrets, as Data Protection writes it.</summary>
internal sealed class KeyRow
{
    public required string Id { get; init; }

    public required string Xml { get; init; }
}
