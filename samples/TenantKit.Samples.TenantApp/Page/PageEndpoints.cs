using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TenantKit.Agent.Context;
using TenantKit.Samples.TenantApp.Answers;
using TenantKit.Samples.TenantApp.Orders;

namespace TenantKit.Samples.TenantApp.Page;

/// <summary>The page at <c>/</c> and its form.</summary>
internal static class PageEndpoints
{
    private const int Shown = 50;

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (RequestDelegate)ShowAsync);
        routes.MapPost("/orders", (RequestDelegate)PlaceAsync);
    }

    private static async Task ShowAsync(HttpContext context)
    {
        var book = context.RequestServices.GetRequiredService<OrderBook>();
        var tenant = context.RequestServices.GetRequiredService<ITenantContext>();
        var db = await book.OpenAsync(context.RequestAborted).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            var orders = await OrderBook.Full(db).AsNoTracking().OrderByDescending(row => row.Id).Take(Shown).ToListAsync(context.RequestAborted).ConfigureAwait(false);
            var customers = await db.Customers.OrderBy(row => row.Name).Select(row => row.Name).Take(Shown).ToListAsync(context.RequestAborted).ConfigureAwait(false);
            var products = await db.Products.OrderBy(row => row.Name).Select(row => row.Name).Take(Shown).ToListAsync(context.RequestAborted).ConfigureAwait(false);
            var headers = context.Response.Headers;
            headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(OrdersPage.Render(context.Request.PathBase, tenant.TenantName, orders.Select(OrderView.Of), customers, products)).ConfigureAwait(false);
        }
    }

    private static async Task PlaceAsync(HttpContext context)
    {
        if (!FormOrigin.IsOwn(context.Request))
        {
            throw new ProblemException(StatusCodes.Status403Forbidden, "foreign_form", "The form was not sent from this page: open the page and send it from there.");
        }

        if (!context.Request.HasFormContentType)
        {
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "not_a_form", "Send the page's form.");
        }

        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_form", "The form could not be read.");
        }

        var input = new OrderInput(form["customer"], [new LineInput(form["product"], Number(form["quantity"]), Number(form["unitPrice"]))]);
        OrderRules.Check(input);
        await context.RequestServices.GetRequiredService<OrderBook>().PlaceAsync(input, null, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"{context.Request.PathBase}/";
    }

    private static decimal? Number(string? text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
