namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>An order to place or to change.</summary>
/// <param name="Customer">A customer's id (<c>cus_…</c>), or a name: a customer of that name is used, or created.</param>
/// <param name="Lines">1 to 200 lines.</param>
internal sealed record OrderInput(string? Customer = null, IReadOnlyList<LineInput?>? Lines = null);
