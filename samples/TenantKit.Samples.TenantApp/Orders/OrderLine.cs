namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>One line of an order. Amounts are whole numbers of a small unit: a database's floating point never sees money.</summary>
internal sealed class OrderLine
{
    public long Id { get; set; }

    public long OrderId { get; set; }

    public required string Product { get; set; }

    public long QuantityThousandths { get; set; }

    public long UnitPriceTenThousandths { get; set; }
}
