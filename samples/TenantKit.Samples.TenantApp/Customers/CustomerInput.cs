namespace TenantKit.Samples.TenantApp.Customers;

/// <summary>A customer to create.</summary>
internal sealed record CustomerInput(string? Name = null, string? Email = null);
