namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>A line of an order.</summary>
/// <param name="Product">What is sold.</param>
/// <param name="Quantity">More than 0, at most 1,000,000, up to three digits after the point.</param>
/// <param name="UnitPrice">0 to 1,000,000, up to four digits after the point.</param>
internal sealed record LineInput(string? Product = null, decimal? Quantity = null, decimal? UnitPrice = null);
