namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record Order(string Id, long InvoiceNumber, string Customer, decimal Total);
