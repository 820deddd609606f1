using TenantKit.Samples.TenantApp.Customers;

namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>An order and its invoice. Never removed: an invoice number that was issued stays taken.</summary>
internal sealed class Order
{
    public long Id { get; set; }

    public long InvoiceNumber { get; set; }

    public long CustomerId { get; set; }

    public Customer? Customer { get; set; }

    public List<OrderLine> Lines { get; set; } = [];

    /// <summary>In hundredths of the currency.</summary>
    public long TotalCents { get; set; }

    public bool IsCancelled { get; set; }

    /// <summary>Counts changes, for If-Match.</summary>
    public long Version { get; set; } = 1;

    /// <summary>Milliseconds since 1970 (UTC).</summary>
    public long CreatedAt { get; set; }

    /// <summary>Milliseconds since 1970 (UTC).</summary>
    public long UpdatedAt { get; set; }

    public string? IdempotencyKey { get; set; }

    /// <summary>Hash of the body that came with the key.</summary>
    public string? IdempotencyHash { get; set; }
}
