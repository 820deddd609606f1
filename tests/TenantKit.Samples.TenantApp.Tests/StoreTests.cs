using Microsoft.EntityFrameworkCore;
using TenantKit.Samples.TenantApp.Store;

namespace TenantKit.Samples.TenantApp.Tests;

public sealed class StoreTests
{
    [Fact]
    public void NewestMigration_InCode_IsTheNewestThereIs()
    {
        using var db = new DesignTimeContextFactory().CreateDbContext([]);

        Assert.Equal(AppDatabase.NewestMigration, db.Database.GetMigrations().Last());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [InlineData("tenant_db-1", "tenant_db-1")]
    [InlineData("../../etc/passwd", "______etc_passwd")]
    [InlineData("a b;c", "a_b_c")]
    [InlineData("", "app")]
    public void Sanitise_OfDatabaseName_IsAFileName(string name, string expected) => Assert.Equal(expected, AppDatabase.Sanitise(name));

    [Fact]
    public async Task Start_OverAMigrationThatWasKilled_Recovers()
    {
        using var folder = new TemporaryFolder();
        await using var keys = await KeyServer.StartAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "shop.db")};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE __EFMigrationsLock (Id INTEGER PRIMARY KEY, Timestamp TEXT NOT NULL); INSERT INTO __EFMigrationsLock VALUES (1, '2030-01-01');";
            command.ExecuteNonQuery();
        }

        await using var app = await AppProcess.StartAsync(folder.Path, keys);

        Assert.Equal(1, (await app.PlaceAsync()).GetProperty("invoiceNumber").GetInt64());
    }
}
