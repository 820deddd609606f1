namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>A line as the API shows it.</summary>
internal sealed record LineView(string Product, decimal Quantity, decimal UnitPrice)
{
    public static LineView Of(OrderLine line) =>
        new(line.Product, line.QuantityThousandths / 1000m, Money.FromUnits(line.UnitPriceTenThousandths, 4) is var price && Money.Fits(price, 2) ? decimal.Round(price, 2) : Money.FromUnits(line.UnitPriceTenThousandths, 4));
}
