using Microsoft.EntityFrameworkCore;
using TenantKit.Samples.TenantApp.Customers;
using TenantKit.Samples.TenantApp.Orders;

namespace TenantKit.Samples.TenantApp.Store;

/// <summary>The tenant's own database.</summary>
internal sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Customer>(customer =>
        {
            customer.Property(row => row.Name).UseCollation("NOCASE");
            customer.HasIndex(row => row.Name).IsUnique();
            customer.HasData(new Customer { Id = 1, Name = "Corner Bakery", Email = "orders@bakery.example" }, new Customer { Id = 2, Name = "Harbour Books", Email = null });
        });
        modelBuilder.Entity<Product>().HasData(new Product { Id = 1, Name = "Coffee, 1 kg", UnitPriceTenThousandths = 189_000 }, new Product { Id = 2, Name = "Delivery", UnitPriceTenThousandths = 49_000 });
        modelBuilder.Entity<Order>(order =>
        {
            order.HasIndex(row => row.InvoiceNumber).IsUnique();
            order.HasIndex(row => row.IdempotencyKey).IsUnique();
            order.HasOne(row => row.Customer).WithMany().HasForeignKey(row => row.CustomerId).OnDelete(DeleteBehavior.Restrict);
            order.HasMany(row => row.Lines).WithOne().HasForeignKey(line => line.OrderId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
