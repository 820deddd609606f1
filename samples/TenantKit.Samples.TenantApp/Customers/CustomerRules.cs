namespace TenantKit.Samples.TenantApp.Customers;

/// <summary>What a customer's fields may hold.</summary>
internal static class CustomerRules
{
    public const int MaxLength = 200;

    public static string? CheckName(string? name) =>
        string.IsNullOrWhiteSpace(name) ? "A name is needed."
        : name.Length > MaxLength ? $"At most {MaxLength} characters."
        : name.Any(char.IsControl) ? "No control characters."
        : null;

    public static string? CheckEmail(string? email) =>
        email is null || (email.Length is >= 3 and <= 254 && email.IndexOf('@') is > 0 and var at && at < email.Length - 1 && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            ? null
            : "This is no e-mail address.";
}
