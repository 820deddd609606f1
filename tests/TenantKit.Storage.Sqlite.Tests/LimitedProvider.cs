using System.Data.Common;
using TenantKit.Storage.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.Sqlite.Tests;

/// <summary>SQLite on a disk that is full at two megabytes.</summary>
internal sealed class LimitedProvider(string path) : StoreProvider
{
    private readonly SqliteStoreProvider inner = new(path, new SqliteStoreOptions(), loggerFactory: null);

    public string Path { get; } = path;

    public override TenantKitDbContext CreateContext() => inner.CreateContext();

    public override async Task OpenedAsync(DbConnection connection, SessionUse use, CancellationToken cancellationToken)
    {
        await inner.OpenedAsync(connection, use, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA max_page_count = 512";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) => inner.BeginReadAsync(connection, cancellationToken);

    public override ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) => inner.BeginWriteAsync(connection, cancellationToken);

    public override bool IsUniqueViolation(DbException exception) => inner.IsUniqueViolation(exception);

    public override StoreUnavailableException? Explain(Exception exception) => inner.Explain(exception);

    public override Task MigrateAsync(CancellationToken cancellationToken) => inner.MigrateAsync(cancellationToken);
}
