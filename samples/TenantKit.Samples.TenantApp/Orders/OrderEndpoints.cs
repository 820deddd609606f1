using Microsoft.EntityFrameworkCore;
using TenantKit.Samples.TenantApp.Answers;

namespace TenantKit.Samples.TenantApp.Orders;

/// <summary><c>/api/orders</c>.</summary>
internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/orders", (RequestDelegate)ListAsync);
        routes.MapPost("/api/orders", (RequestDelegate)PlaceAsync);
        routes.MapGet("/api/orders/{id}", (RequestDelegate)GetAsync);
        routes.MapPut("/api/orders/{id}", (RequestDelegate)ChangeAsync);
        routes.MapDelete("/api/orders/{id}", (RequestDelegate)CancelAsync);
    }

    private static OrderBook Book(HttpContext context) => context.RequestServices.GetRequiredService<OrderBook>();

    private static long Id(HttpContext context) => OrderView.ParseId(context.Request.RouteValues["id"] as string)
        ?? throw new ProblemException(StatusCodes.Status404NotFound, "order_not_found", "There is no such order.");

    private static async Task ListAsync(HttpContext context)
    {
        var query = PageQuery.Read(context.Request);
        var db = await Book(context).OpenAsync(context.RequestAborted).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            var rows = await OrderBook.Full(db).AsNoTracking().Where(row => row.Id > query.After).OrderBy(row => row.Id).Take(query.Limit + 1)
                .ToListAsync(context.RequestAborted).ConfigureAwait(false);
            await context.Response.WriteAsJsonAsync(query.Cut(rows, row => row.Id, OrderView.Of), AppJson.Default.OrderPage).ConfigureAwait(false);
        }
    }

    private static async Task GetAsync(HttpContext context)
    {
        var id = Id(context);
        var db = await Book(context).OpenAsync(context.RequestAborted).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            var order = await OrderBook.Full(db).AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, context.RequestAborted).ConfigureAwait(false)
                ?? throw new ProblemException(StatusCodes.Status404NotFound, "order_not_found", "There is no such order.");
            await AnswerAsync(context, order).ConfigureAwait(false);
        }
    }

    private static async Task PlaceAsync(HttpContext context)
    {
        var input = await JsonBody.ReadAsync(context, AppJson.Default.OrderInput).ConfigureAwait(false);
        OrderRules.Check(input);
        string? key = context.Request.Headers["Idempotency-Key"];
        if (key is { Length: 0 or > 200 })
        {
            throw ProblemException.Invalid("Idempotency-Key", "From 1 to 200 characters.");
        }

        var order = await Book(context).PlaceAsync(input, key, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/orders/{OrderView.Of(order).Id}";
        await AnswerAsync(context, order).ConfigureAwait(false);
    }

    private static async Task ChangeAsync(HttpContext context)
    {
        var id = Id(context);
        var input = await JsonBody.ReadAsync(context, AppJson.Default.OrderInput).ConfigureAwait(false);
        OrderRules.Check(input);
        await AnswerAsync(context, await Book(context).ChangeAsync(id, input, context.Request.Headers.IfMatch, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task CancelAsync(HttpContext context) =>
        await AnswerAsync(context, await Book(context).CancelAsync(Id(context), context.Request.Headers.IfMatch, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private static Task AnswerAsync(HttpContext context, Order order)
    {
        context.Response.Headers.ETag = OrderBook.ETag(order);
        return context.Response.WriteAsJsonAsync(OrderView.Of(order), AppJson.Default.OrderView);
    }
}
