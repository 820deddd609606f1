using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using TenantKit.Storage.EntityFrameworkCore;

namespace TenantKit.Storage.Sqlite;

/// <summary>Gives <c>dotnet ef</c> a context to compare the model with the migrations.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<TenantKitDbContext>
{
    public TenantKitDbContext CreateDbContext(string[] args) =>
        new(SqliteStoreProvider.Configure(new DbContextOptionsBuilder<TenantKitDbContext>(), "Data Source=design.db", loggerFactory: null).Options);
}
