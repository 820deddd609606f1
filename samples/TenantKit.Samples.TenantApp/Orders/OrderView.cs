using System.Globalization;
using TenantKit.Samples.TenantApp.Customers;

namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>An order as the API shows it.</summary>
internal sealed record OrderView(
    string Id,
    long InvoiceNumber,
    string State,
    string CustomerId,
    string Customer,
    IReadOnlyList<LineView> Lines,
    decimal Total,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    private const string Prefix = "ord_";

    public static OrderView Of(Order order)
    {
        var customer = CustomerView.Of(order.Customer!);
        return new OrderView(
            Prefix + order.Id.ToString(CultureInfo.InvariantCulture),
            order.InvoiceNumber,
            order.IsCancelled ? "cancelled" : "open",
            customer.Id,
            customer.Name,
            [.. order.Lines.OrderBy(line => line.Id).Select(LineView.Of)],
            Money.FromUnits(order.TotalCents, 2),
            DateTimeOffset.FromUnixTimeMilliseconds(order.CreatedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(order.UpdatedAt));
    }

    public static long? ParseId(string? text) =>
        text is not null && text.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
