using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using TenantKit.Storage.EntityFrameworkCore;

namespace TenantKit.Storage.MySql.Schema;

/// <summary>Gives <c>dotnet ef</c> a context to compare the model with the migrations.</summary>
internal sealed class MySqlDesignTimeFactory : IDesignTimeDbContextFactory<TenantKitDbContext>
{
    public TenantKitDbContext CreateDbContext(string[] args) =>
        new(MySqlStoreProvider.Configure(new DbContextOptionsBuilder<TenantKitDbContext>(), "Server=localhost;Database=design", loggerFactory: null).Options);
}
