using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Forwarding;
using TenantKit.Routing;

namespace TenantKit.Gateway.Routing;

/// <summary>
/// Keeps the table of routes and the revocations on disk, so that a gateway which starts while the control plane is away serves at once. Reads it before anything is
/// followed; writes it after changes, and only what the control plane told in this process.
/// </summary>
internal sealed partial class SnapshotKeeper : BackgroundService
{
    // Of a core's time, writing takes a fiftieth at most, however large the table is and however often it changes.
    private const int ShareOfTime = 50;

    private readonly IRouteRegistry registry;
    private readonly RevocationTable revocations;
    private readonly AccessTokenKeyCache keys;
    private readonly TimeSpan interval;
    private readonly TimeProvider time;
    private readonly ILogger<SnapshotKeeper> logger;
    private readonly SnapshotFile? file;
    private readonly AsyncSignal wanted = new();
    private int changed;
    private bool hasKeys;
    private bool failing;

    public SnapshotKeeper(
        IRouteRegistry registry, RevocationTable revocations, AccessTokenKeyCache keys, IdentityKey identity, IOptions<TenantGatewayOptions> options, TimeProvider time,
        ILogger<SnapshotKeeper> logger)
    {
        (this.registry, this.revocations, this.keys, this.time, this.logger) = (registry, revocations, keys, time, logger);
        interval = options.Value.SnapshotInterval;
        file = options.Value.SnapshotDirectory is { } folder ? new SnapshotFile(folder, identity) : null;
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return Task.CompletedTask;
        }

        Load(file);
        registry.Changed += OnRoute;
        revocations.Revoked += NoteChange;
        keys.Changed += NoteChange;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        registry.Changed -= OnRoute;
        revocations.Revoked -= NoteChange;
        keys.Changed -= NoteChange;
        if (file is not null && registry.IsSynced && Volatile.Read(ref changed) == 1)
        {
            Write(file);
        }
    }

    /// <summary>Says that the control plane told the whole table: from now on the snapshot is worth writing.</summary>
    public void Heard() => NoteChange();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await wanted.WaitAsync(Timeout.InfiniteTimeSpan, time, stoppingToken);
                Volatile.Write(ref changed, 0); // Before it is asked whether there is anything to write: Heard() is missed at neither.
                if (!registry.IsSynced)
                {
                    continue;
                }

                await RefreshKeysAsync(stoppingToken);
                await Task.Yield(); // not on a socket's thread
                var took = Write(file!);
                await Task.Delay(took * ShareOfTime > interval ? took * ShareOfTime : interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; StopAsync writes what is left.
        }
    }

    /// <summary>Keys from an old snapshot may have been withdrawn since; and a gateway at which nobody signed in yet has none.</summary>
    private async Task RefreshKeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            hasKeys = hasKeys || await keys.RefreshAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoKeys(exception);
        }
    }

    private void OnRoute(Route route) => NoteChange();

    private void NoteChange()
    {
        if (Interlocked.Exchange(ref changed, 1) == 0)
        {
            wanted.Set();
        }
    }

    private void Load(SnapshotFile from)
    {
        try
        {
            if (from.Read() is not { } snapshot)
            {
                return;
            }

            if (snapshot.Keys is { } known)
            {
                keys.Seed(known);
            }

            revocations.Apply(snapshot.Table);
            registry.Apply(snapshot.Table);
            LogLoaded(snapshot.Table.Routes.Count, snapshot.Table.Revision, snapshot.WrittenAt);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            LogRefused(from.Path, exception.Message);
        }
    }

    private TimeSpan Write(SnapshotFile to)
    {
        var began = time.GetTimestamp();
        Volatile.Write(ref changed, 0); // Before the table is read: what changes from here on is written the next time.
        try
        {
            // The routes first: the revocations are then at least as new.
            var table = registry.Capture();
            table = table with { Revocations = revocations.Capture() };
            var length = to.Write(new RouteSnapshot(table, keys.Known, time.GetUtcNow()));
            failing = false;
            LogWritten(table.Routes.Count, table.Revision, length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!failing)
            {
                LogNotWritten(to.Path, exception.Message);
            }

            failing = true;
            NoteChange();
        }

        return time.GetElapsedTime(began);
    }

    [LoggerMessage(1, LogLevel.Information, "The gateway knows {Count} tenants at revision {Revision} from its snapshot of {WrittenAt:u}, and serves from it until it hears the control plane.")]
    private partial void LogLoaded(int count, long revision, DateTimeOffset writtenAt);

    [LoggerMessage(2, LogLevel.Warning, "The snapshot '{Path}' is not used: {Reason} The gateway starts with an empty table, and writes a new snapshot once it hears the control plane.")]
    private partial void LogRefused(string path, string reason);

    [LoggerMessage(5, LogLevel.Warning, "The keys of access tokens could not be fetched; the snapshot is written with those at hand.")]
    private partial void LogNoKeys(Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "The snapshot of {Count} tenants at revision {Revision} was written: {Length} bytes.")]
    private partial void LogWritten(int count, long revision, long length);

    [LoggerMessage(4, LogLevel.Warning, "The snapshot '{Path}' cannot be written: {Reason} Make its folder writable; without it, a gateway that starts while the control plane is away serves nobody.")]
    private partial void LogNotWritten(string path, string reason);
}
