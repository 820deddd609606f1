namespace TenantKit.Samples.TenantApp.Customers;

/// <summary>A customer of the tenant.</summary>
internal sealed class Customer
{
    public long Id { get; set; }

    /// <summary>Unique without regard to the case of ASCII letters.</summary>
    public required string Name { get; set; }

    public string? Email { get; set; }
}
