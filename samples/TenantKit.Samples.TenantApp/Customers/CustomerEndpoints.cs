using Microsoft.EntityFrameworkCore;
using TenantKit.Samples.TenantApp.Answers;
using TenantKit.Samples.TenantApp.Orders;

namespace TenantKit.Samples.TenantApp.Customers;

/// <summary><c>/api/customers</c>.</summary>
internal static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/customers", (RequestDelegate)ListAsync);
        routes.MapPost("/api/customers", (RequestDelegate)CreateAsync);
    }

    private static async Task ListAsync(HttpContext context)
    {
        var query = PageQuery.Read(context.Request);
        var db = await context.RequestServices.GetRequiredService<OrderBook>().OpenAsync(context.RequestAborted).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            var rows = await db.Customers.AsNoTracking().Where(row => row.Id > query.After).OrderBy(row => row.Id).Take(query.Limit + 1)
                .ToListAsync(context.RequestAborted).ConfigureAwait(false);
            await context.Response.WriteAsJsonAsync(query.Cut(rows, row => row.Id, CustomerView.Of), AppJson.Default.CustomerPage).ConfigureAwait(false);
        }
    }

    private static async Task CreateAsync(HttpContext context)
    {
        var input = await JsonBody.ReadAsync(context, AppJson.Default.CustomerInput).ConfigureAwait(false);
        var errors = new Dictionary<string, string[]>();
        if (CustomerRules.CheckName(input.Name) is { } name)
        {
            errors["name"] = [name];
        }

        if (CustomerRules.CheckEmail(input.Email) is { } email)
        {
            errors["email"] = [email];
        }

        if (errors.Count > 0)
        {
            throw ProblemException.Invalid(errors);
        }

        var book = context.RequestServices.GetRequiredService<OrderBook>();
        var customer = await book.AddCustomerAsync(input.Name!.Trim(), input.Email, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(CustomerView.Of(customer), AppJson.Default.CustomerView).ConfigureAwait(false);
    }
}
