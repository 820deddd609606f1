using System.Globalization;
using System.Runtime.CompilerServices;
using MySqlConnector;
using TenantKit.Diagnostics;
using TenantKit.Orchestration;

namespace TenantKit.Storage.MySql.Tests.Replicas;

/// <summary>
/// A runtime that all replicas share and none of them is part of: rows in a database of its own. Each effect is a transaction that locks its unit
/// and refuses a fencing token lower than one that acted before; and it leaves a line in the journal.
/// </summary>
internal sealed class SqlRuntime(string connectionString, IIdSource ids, TimeProvider time) : IContainerOrchestrator
{
    public const string Schema = """
        CREATE TABLE units (Name varchar(100) PRIMARY KEY, TenantId varchar(64) NOT NULL, Token bigint NOT NULL, IsRemoved bool NOT NULL) COLLATE utf8mb4_bin;
        CREATE TABLE instances (Id varchar(64) PRIMARY KEY, Unit varchar(100) NOT NULL, Epoch bigint NOT NULL, CreatedAt bigint NOT NULL, KEY (Unit)) COLLATE utf8mb4_bin;
        CREATE TABLE journal (Sequence bigint AUTO_INCREMENT PRIMARY KEY, Unit varchar(100) NOT NULL, Effect varchar(20) NOT NULL, Token bigint NOT NULL, Refused bool NOT NULL) COLLATE utf8mb4_bin
        """;

    public string Name => "sql";

    public OrchestratorCapabilities Capabilities { get; } = new() { Replicas = true, Fencing = true, Volumes = true };

    public Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageResolution(true, null, null));

    public Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken) => ActAsync(
        spec.Unit, "ensure", spec.FencingToken,
        connection =>
        {
            Execute(connection, "DELETE FROM instances WHERE Unit = @a AND Epoch < @b", spec.Unit.Name, spec.RestartEpoch);
            var current = InstancesOf(connection, spec.Unit.Name);
            foreach (var surplus in current.Skip(spec.Replicas))
            {
                Execute(connection, "DELETE FROM instances WHERE Id = @a", surplus.Id);
            }

            for (var number = current.Count; number < spec.Replicas; number++)
            {
                Execute(connection, "INSERT INTO instances VALUES (@a, @b, @c, @d)", ids.NewId(), spec.Unit.Name, spec.RestartEpoch, time.GetUtcNow().UtcTicks);
            }

            Execute(connection, "UPDATE units SET IsRemoved = FALSE WHERE Name = @a", spec.Unit.Name);
            return new UnitObservation(spec.Unit, InstancesOf(connection, spec.Unit.Name), HasData: true);
        });

    public Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) =>
        ActAsync(unit, "sleep", fencingToken, connection => Execute(connection, "DELETE FROM instances WHERE Unit = @a", unit.Name));

    public Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken) => ActAsync(
        unit, "delete", fencingToken,
        connection =>
        {
            Execute(connection, "DELETE FROM instances WHERE Unit = @a", unit.Name);
            return deleteData ? Execute(connection, "UPDATE units SET IsRemoved = TRUE WHERE Name = @a", unit.Name) : 0;
        });

    public Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken) => ReadAsync(connection =>
    {
        var isThere = Convert.ToInt64(Scalar(connection, "SELECT COUNT(*) FROM units WHERE Name = @a AND NOT IsRemoved", unit.Name), CultureInfo.InvariantCulture) > 0;
        return isThere ? new UnitObservation(unit, InstancesOf(connection, unit.Name), HasData: true) : null;
    });

    public async IAsyncEnumerable<UnitObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var units = await ReadAsync(static connection => Rows(connection, "SELECT TenantId, Name FROM units WHERE NOT IsRemoved", static reader => new UnitRef(reader.GetString(0), reader.GetString(1))));
        foreach (var unit in units)
        {
            if (await ObserveAsync(unit, cancellationToken) is { } seen)
            {
                yield return seen;
            }
        }
    }

    public async IAsyncEnumerable<UnitEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        yield break;
    }

    public Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken) => Task.FromResult(new UnitUsage([], 0));

    public IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken) => AsyncEnumerable.Empty<LogLine>();

    public Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken) => Task.FromResult(new CommandResult(0, ""));

    private async Task<T> ActAsync<T>(UnitRef unit, string effect, long token, Func<MySqlConnection, T> act)
    {
        var refusedBy = 0L;
        var answer = await ReadAsync(connection =>
        {
            Execute(connection, "INSERT IGNORE INTO units VALUES (@a, @b, 0, TRUE)", unit.Name, unit.TenantId);
            Execute(connection, "START TRANSACTION");
            refusedBy = Convert.ToInt64(Scalar(connection, "SELECT Token FROM units WHERE Name = @a FOR UPDATE", unit.Name), CultureInfo.InvariantCulture);
            Execute(connection, "INSERT INTO journal (Unit, Effect, Token, Refused) VALUES (@a, @b, @c, @d)", unit.Name, effect, token, refusedBy > token);
            var done = default(T);
            if (refusedBy <= token)
            {
                refusedBy = 0;
                Execute(connection, "UPDATE units SET Token = @b WHERE Name = @a", unit.Name, token);
                done = act(connection);
            }

            Execute(connection, "COMMIT");
            return done;
        });
        return refusedBy > 0 ? throw new StaleTokenException(unit, token, refusedBy) : answer!;
    }

    private Task<T> ReadAsync<T>(Func<MySqlConnection, T> work) => Task.Run(() =>
    {
        try
        {
            using var connection = new MySqlConnection(connectionString);
            connection.Open();
            return work(connection);
        }
        catch (MySqlException exception)
        {
            throw new OrchestratorException("runtime_unavailable", exception.Message, isTransient: true);
        }
    });

    private static List<InstanceObservation> InstancesOf(MySqlConnection connection, string unit) => Rows(
        connection, "SELECT Id, Epoch, CreatedAt FROM instances WHERE Unit = @a ORDER BY Id",
        static reader =>
        {
            var at = new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero);
            return new InstanceObservation
            {
                Id = reader.GetString(0), State = RuntimeState.Running, Endpoint = "127.0.0.1:9", RestartEpoch = reader.GetInt64(1), CreatedAt = at, StartedAt = at,
            };
        },
        unit);

    private static List<T> Rows<T>(MySqlConnection connection, string sql, Func<MySqlDataReader, T> read, params object[] values)
    {
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static int Execute(MySqlConnection connection, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    private static object? Scalar(MySqlConnection connection, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteScalar();
    }

    private static MySqlCommand Command(MySqlConnection connection, string sql, object[] values)
    {
        var command = new MySqlCommand(sql, connection);
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue("@" + (char)('a' + index), values[index]);
        }

        return command;
    }
}
