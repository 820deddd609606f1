using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Storage.EntityFrameworkCore;

namespace TenantKit.Storage.Sqlite;

/// <summary>The store in one SQLite file, used by one host at a time.</summary>
internal sealed class SqliteTenantStore : EfTenantStore
{
    private readonly string path;
    private readonly DataDirectoryLock shared;
    private DataDirectoryLock? own;

    public SqliteTenantStore(
        IOptions<SqliteStoreOptions> options, IOptions<TenantKitOptions> host, DataDirectoryLock shared, ILoggerFactory? loggerFactory = null)
        : this(PathOf(options.Value, host.Value), options.Value, shared, loggerFactory)
    {
    }

    private SqliteTenantStore(string path, SqliteStoreOptions options, DataDirectoryLock shared, ILoggerFactory? loggerFactory)
        : base(new SqliteStoreProvider(path, options, loggerFactory))
    {
        this.path = path;
        this.shared = shared;
    }

    /// <summary>Takes the lock of the file's folder first: a second host must not even look into the file.</summary>
    public override Task InitializeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (folder != shared.DataDirectory)
            {
                own ??= new DataDirectoryLock(folder);
            }

            (own ?? shared).Acquire();
        }
        catch (StoreUnavailableException exception)
        {
            return Task.FromException(exception);
        }

        return base.InitializeAsync(cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        own?.Dispose();
    }

    private static string PathOf(SqliteStoreOptions options, TenantKitOptions host) =>
        Path.GetFullPath(options.Path ?? Path.Combine(host.DataDirectory, "tenantkit.db"));
}
