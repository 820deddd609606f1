using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace TenantKit.Storage.Sqlite.Tests;

/// <summary>Makes stores in a folder.</summary>
internal static class SqliteStores
{
    public static SqliteTenantStore In(string folder, SqliteStoreOptions? options = null, DataDirectoryLock? guard = null)
    {
        var host = Options.Create(new TenantKitOptions { DataDirectory = folder });
        return new SqliteTenantStore(Options.Create(options ?? new SqliteStoreOptions()), host, guard ?? new DataDirectoryLock(host), NullLoggerFactory.Instance);
    }
}
