using System.Globalization;

namespace TenantKit.Samples.TenantApp.Customers;

/// <summary>A customer as the API shows it.</summary>
internal sealed record CustomerView(string Id, string Name, string? Email)
{
    private const string Prefix = "cus_";

    public static CustomerView Of(Customer customer) => new(Prefix + customer.Id.ToString(CultureInfo.InvariantCulture), customer.Name, customer.Email);

    /// <summary>Whether a text has the form of a customer's id.</summary>
    public static bool TryParseId(string text, out long id)
    {
        id = 0;
        return text.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }
}
