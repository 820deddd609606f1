namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>Something that is often sold; the page proposes it.</summary>
internal sealed class Product
{
    public long Id { get; set; }

    public required string Name { get; set; }

    /// <summary>In ten-thousandths of the currency.</summary>
    public long UnitPriceTenThousandths { get; set; }
}
