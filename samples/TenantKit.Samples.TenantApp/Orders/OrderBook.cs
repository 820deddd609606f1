using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TenantKit.Samples.TenantApp.Answers;
using TenantKit.Samples.TenantApp.Customers;
using TenantKit.Samples.TenantApp.Store;

namespace TenantKit.Samples.TenantApp.Orders;

/// <summary>The tenant's orders.</summary>
/// <remarks>
/// Invariant: the invoice numbers are 1…n. The number is taken and the row inserted in one transaction that holds SQLite's write lock from its
/// start (BEGIN IMMEDIATE, the provider's default), so that neither another request nor another replica can take the same, a failure takes none,
/// and no row is ever removed: deleting cancels.
/// </remarks>
internal sealed class OrderBook(IDbContextFactory<AppDbContext> contexts, DatabaseStartup startup, TimeProvider time) : IDisposable
{
    /// <summary>Writers of this process queue here without holding a thread; only other replicas are waited for inside SQLite.</summary>
    private readonly SemaphoreSlim writers = new(1);

    public Task<AppDbContext> OpenAsync(CancellationToken cancellationToken)
    {
        startup.ThrowIfNotReady();
        return contexts.CreateDbContextAsync(cancellationToken);
    }

    public Task<Customer> AddCustomerAsync(string name, string? email, CancellationToken cancellationToken) => WriteAsync(async db =>
    {
        if (await db.Customers.AnyAsync(row => row.Name == name, cancellationToken).ConfigureAwait(false))
        {
            throw new ProblemException(StatusCodes.Status409Conflict, "customer_exists", "There is a customer of that name.");
        }

        var customer = new Customer { Name = name, Email = email };
        db.Customers.Add(customer);
        return customer;
    }, cancellationToken);

    public Task<Order> PlaceAsync(OrderInput input, string? key, CancellationToken cancellationToken) => WriteAsync(async db =>
    {
        var hash = key is null ? null : Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(input, AppJson.Default.OrderInput)));
        if (key is not null && await Full(db).FirstOrDefaultAsync(row => row.IdempotencyKey == key, cancellationToken).ConfigureAwait(false) is { } earlier)
        {
            return earlier.IdempotencyHash == hash
                ? earlier
                : throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "This Idempotency-Key came with another body before: use a new one.");
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var order = new Order
        {
            InvoiceNumber = (await db.Orders.MaxAsync(row => (long?)row.InvoiceNumber, cancellationToken).ConfigureAwait(false) ?? 0) + 1,
            CreatedAt = now,
            UpdatedAt = now,
            IdempotencyKey = key,
            IdempotencyHash = hash,
        };
        await FillAsync(db, order, input, cancellationToken).ConfigureAwait(false);
        db.Orders.Add(order);
        return order;
    }, cancellationToken);

    public Task<Order> ChangeAsync(long id, OrderInput input, string? ifMatch, CancellationToken cancellationToken) => WriteAsync(async db =>
    {
        var order = await FindAsync(db, id, ifMatch, cancellationToken).ConfigureAwait(false);
        if (order.IsCancelled)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, "order_cancelled", "A cancelled order cannot be changed: place a new one.");
        }

        db.RemoveRange(order.Lines);
        order.Lines = [];
        await FillAsync(db, order, input, cancellationToken).ConfigureAwait(false);
        Touch(order);
        return order;
    }, cancellationToken);

    public Task<Order> CancelAsync(long id, string? ifMatch, CancellationToken cancellationToken) => WriteAsync(async db =>
    {
        var order = await FindAsync(db, id, ifMatch, cancellationToken).ConfigureAwait(false);
        if (!order.IsCancelled)
        {
            order.IsCancelled = true;
            Touch(order);
        }

        return order;
    }, cancellationToken);

    public static IQueryable<Order> Full(AppDbContext db) => db.Orders.Include(row => row.Customer).Include(row => row.Lines);

    public static string ETag(Order order) => $"\"{order.Version}\"";

    public void Dispose() => writers.Dispose();

    private static async Task<Order> FindAsync(AppDbContext db, long id, string? ifMatch, CancellationToken cancellationToken)
    {
        var order = await Full(db).FirstOrDefaultAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "order_not_found", "There is no such order.");
        return string.IsNullOrEmpty(ifMatch) || ifMatch == "*" || ifMatch == ETag(order)
            ? order
            : throw new ProblemException(StatusCodes.Status412PreconditionFailed, "order_changed", "The order was changed meanwhile: read it again.");
    }

    private static async Task FillAsync(AppDbContext db, Order order, OrderInput input, CancellationToken cancellationToken)
    {
        var text = input.Customer!.Trim();
        if (CustomerView.TryParseId(text, out var id))
        {
            order.Customer = await db.Customers.FindAsync([id], cancellationToken).ConfigureAwait(false)
                ?? throw ProblemException.Invalid("customer", "There is no customer of that id.");
        }
        else
        {
            order.Customer = await db.Customers.FirstOrDefaultAsync(row => row.Name == text, cancellationToken).ConfigureAwait(false) ?? new Customer { Name = text };
        }

        order.Lines.AddRange(input.Lines!.Select(line => new OrderLine
        {
            Product = line!.Product!.Trim(),
            QuantityThousandths = Money.ToUnits(line.Quantity!.Value, 3),
            UnitPriceTenThousandths = Money.ToUnits(line.UnitPrice!.Value, 4),
        }));
        order.TotalCents = Money.ToUnits(Money.Total(input.Lines!.Select(line => (line!.Quantity!.Value, line.UnitPrice!.Value))), 2);
    }

    private void Touch(Order order)
    {
        order.Version++;
        order.UpdatedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    private async Task<T> WriteAsync<T>(Func<AppDbContext, Task<T>> change, CancellationToken cancellationToken)
    {
        startup.ThrowIfNotReady();
        await writers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
            await using (db.ConfigureAwait(false))
            {
                var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var result = await change(db).ConfigureAwait(false);
                    await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                    await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                    return result;
                }
            }
        }
        finally
        {
            writers.Release();
        }
    }
}
