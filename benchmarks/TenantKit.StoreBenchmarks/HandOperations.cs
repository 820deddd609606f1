using System.Globalization;
using System.Text;
using System.Text.Json;
using MySqlConnector;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Tenants;
using TenantKit.Testing;
using TenantKit.Users;

namespace TenantKit.StoreBenchmarks;

/// <summary>
/// The same as one would write it by hand with MySqlConnector: a pooled connection, a command with parameters, a record from each row; commits
/// keep the same promises: a revision under a lock, a row in the change log and in the audit log, and a conflict when a row is another one.
/// </summary>
internal sealed class HandOperations(string connectionString) : IOperations
{
    private const string UserColumns = "Id, UserName, NormalizedUserName, Email, Role, TenantId, PasswordHash, SecurityStamp, Disabled, AccessFailedCount, LockoutEnd, CreatedAt, UpdatedAt, DeletedAt, Revision";

    public Task GetByIdAsync(int number) => FindAsync($"SELECT {UserColumns} FROM tenantkit_users WHERE Id = @value", Population.User(number));

    public Task GetByNameAsync(int number) => FindAsync($"SELECT {UserColumns} FROM tenantkit_users WHERE NameKey = @value AND DeletedAt IS NULL", Encoding.UTF8.GetBytes(Population.Name(number)));

    public async Task LoadStateAsync(int number)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand(
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY; SELECT * FROM tenantkit_tenants WHERE Id = @id; SELECT * FROM tenantkit_tenant_statuses WHERE TenantId = @id; SELECT * FROM tenantkit_containers WHERE TenantId = @id ORDER BY CreatedAt, Id; " +
            "SELECT * FROM tenantkit_ledger WHERE TenantId = @id; SELECT * FROM tenantkit_operations WHERE TenantId = @id AND EndedAt IS NULL ORDER BY Id; COMMIT", connection);
        command.Parameters.AddWithValue("@id", Population.Tenant(number));
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var tenant = new Tenant
        {
            Id = Text(reader, "Id")!, Name = Text(reader, "Name")!, OwnerUserId = Text(reader, "OwnerUserId")!, TemplateName = Text(reader, "TemplateName")!, TemplateVersion = reader.GetInt32("TemplateVersion"),
            Desired = Enum.Parse<DesiredState>(Text(reader, "Desired")!), Suspended = reader.GetBoolean("Suspended"), Origin = Enum.Parse<IntentOrigin>(Text(reader, "Origin")!), Generation = reader.GetInt64("Generation"),
            RestartEpoch = reader.GetInt64("RestartEpoch"), Replicas = reader.GetInt32("Replicas"), Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(Text(reader, "Labels")!)!, CreatedAt = At(reader, "CreatedAt")!.Value,
            DeletedAt = At(reader, "DeletedAt"), Resources = new ResourceLimits(reader.GetInt32("CpuMillicores"), reader.GetInt64("MemoryBytes"), reader.GetInt64("StorageBytes")), Revision = reader.GetInt64("Revision"),
        };
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var status = new TenantStatus
        {
            TenantId = Text(reader, "TenantId")!, Phase = Enum.Parse<TenantPhase>(Text(reader, "Phase")!), Reason = Text(reader, "Reason")!, Message = Text(reader, "Message"), ObservedGeneration = reader.GetInt64("ObservedGeneration"),
            AppliedGeneration = reader.GetInt64("AppliedGeneration"), ConsecutiveFailures = reader.GetInt32("ConsecutiveFailures"), RetryAt = At(reader, "RetryAt"), ChangedAt = At(reader, "ChangedAt")!.Value,
            LastAccessAt = At(reader, "LastAccessAt"), Provisioned = reader.GetBoolean("Provisioned"), Revision = reader.GetInt64("Revision"),
        };
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var instance = new Instance
        {
            Id = Text(reader, "Id")!, TenantId = Text(reader, "TenantId")!, State = Enum.Parse<InstanceState>(Text(reader, "State")!), Claim = Enum.Parse<InstanceClaim>(Text(reader, "Claim")!), Endpoint = Text(reader, "Endpoint"),
            Reason = Text(reader, "Reason")!, RestartEpoch = reader.GetInt64("RestartEpoch"), CreatedAt = At(reader, "CreatedAt")!.Value, StartedAt = At(reader, "StartedAt"), Revision = reader.GetInt64("Revision"),
        };
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var entry = new LedgerEntry { TenantId = Text(reader, "TenantId")!, Kind = Enum.Parse<LedgerKind>(Text(reader, "Kind")!), Name = Text(reader, "Name")!, CreatedAt = At(reader, "CreatedAt")!.Value, Revision = reader.GetInt64("Revision") };
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            _ = new Operation
            {
                Id = Text(reader, "Id")!, Kind = Text(reader, "Kind")!, TenantId = Text(reader, "TenantId")!, Actor = Text(reader, "Actor")!, TargetGeneration = reader.GetInt64("TargetGeneration"), CreatedAt = At(reader, "CreatedAt")!.Value,
                State = Enum.Parse<OperationState>(Text(reader, "State")!), Steps = JsonSerializer.Deserialize<List<OperationStep>>(Text(reader, "Steps")!, Web)!, Revision = reader.GetInt64("Revision"),
            };
        }

        _ = new TenantState(tenant, status, [instance], [entry], []);
    }

    public async Task PageAsync(int number)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand($"SELECT {UserColumns} FROM tenantkit_users WHERE DeletedAt IS NULL AND Id > @after ORDER BY Id LIMIT 51", connection);
        command.Parameters.AddWithValue("@after", Population.User(number));
        await using var reader = await command.ExecuteReaderAsync();
        var users = new List<User>();
        while (await reader.ReadAsync())
        {
            users.Add(Read(reader));
        }
    }

    public async Task ReadChangesAsync(int number)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand("SELECT Revision, TenantId FROM tenantkit_change_log WHERE Revision > @after ORDER BY Revision, TenantId LIMIT 101; SELECT Trimmed FROM tenantkit_store_revision WHERE Id = 1", connection);
        command.Parameters.AddWithValue("@after", number);
        await using var reader = await command.ExecuteReaderAsync();
        var changes = new List<ChangeLogEntry>();
        while (await reader.ReadAsync())
        {
            changes.Add(new ChangeLogEntry(reader.GetInt64(0), reader.GetString(1)));
        }

        await reader.NextResultAsync();
        await reader.ReadAsync();
    }

    public Task CreateAsync(string id) => CommitAsync(async (connection, transaction, revision) =>
    {
        var (user, tenant, status, operation, audit) = (TestRecords.User("u" + id, tenantId: "t" + id), TestRecords.Tenant("t" + id), TestRecords.Status("t" + id), TestRecords.Operation("o" + id, "t" + id), TestRecords.Audit("a" + id));
        await RunAsync(
            connection, transaction, $"INSERT INTO tenantkit_users ({UserColumns}, NameKey) VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i, @j, @k, @l, @m, @n, @o, @p)", user.Id, user.UserName, user.NormalizedUserName, user.Email, user.Role.ToString(), user.TenantId,
            user.PasswordHash, user.SecurityStamp, user.Disabled, user.AccessFailedCount, user.LockoutEnd?.UtcTicks, user.CreatedAt.UtcTicks, user.UpdatedAt.UtcTicks, null, revision, Encoding.UTF8.GetBytes(user.NormalizedUserName));
        await RunAsync(
            connection, transaction,
            "INSERT INTO tenantkit_tenants (Id, Name, OwnerUserId, TemplateName, TemplateVersion, Desired, Suspended, Origin, Generation, RestartEpoch, Replicas, Labels, CreatedAt, CpuMillicores, MemoryBytes, StorageBytes, Revision, NameKey) VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i, @j, @k, @l, @m, @n, @o, @p, @q, @r)",
            tenant.Id, tenant.Name, tenant.OwnerUserId, tenant.TemplateName, tenant.TemplateVersion, tenant.Desired.ToString(), tenant.Suspended, tenant.Origin.ToString(), tenant.Generation, tenant.RestartEpoch, tenant.Replicas,
            JsonSerializer.Serialize(tenant.Labels), tenant.CreatedAt.UtcTicks, tenant.Resources.CpuMillicores, tenant.Resources.MemoryBytes, tenant.Resources.StorageBytes, revision, Encoding.UTF8.GetBytes(tenant.Name));
        await RunAsync(
            connection, transaction,
            "INSERT INTO tenantkit_tenant_statuses (TenantId, Phase, Reason, Message, ObservedGeneration, AppliedGeneration, ConsecutiveFailures, RetryAt, ChangedAt, LastAccessAt, Provisioned, Revision) VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i, @j, @k, @l)",
            status.TenantId, status.Phase.ToString(), status.Reason, status.Message, status.ObservedGeneration, status.AppliedGeneration, status.ConsecutiveFailures, status.RetryAt?.UtcTicks, status.ChangedAt.UtcTicks, status.LastAccessAt?.UtcTicks, status.Provisioned, revision);
        await RunAsync(
            connection, transaction,
            "INSERT INTO tenantkit_operations (Id, Kind, TenantId, UserId, Actor, State, TargetGeneration, Steps, ErrorCode, ErrorMessage, CreatedAt, Revision) VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i, @j, @k, @l)",
            operation.Id, operation.Kind, operation.TenantId, operation.UserId, operation.Actor, operation.State.ToString(), operation.TargetGeneration, JsonSerializer.Serialize(operation.Steps, Web), operation.ErrorCode, operation.ErrorMessage, operation.CreatedAt.UtcTicks, revision);
        await RunAsync(
            connection, transaction, "INSERT INTO tenantkit_audit (Id, At, Actor, ActorName, Action, Target, Outcome, Detail, RequestId) VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i)",
            audit.Id, audit.At.UtcTicks, audit.Actor, audit.ActorName, audit.Action, audit.Target, audit.Outcome.ToString(), audit.Detail, audit.RequestId);
        await RunAsync(connection, transaction, "INSERT INTO tenantkit_change_log (Revision, TenantId) VALUES (@a, @b)", revision, tenant.Id);
    });

    public Task RenewLeaseAsync(int caller) => CommitAsync((connection, transaction, revision) =>
        RunAsync(connection, transaction, "UPDATE tenantkit_leases SET RenewedAt = @a, Revision = @b WHERE Name = @c", TestRecords.Moment.UtcTicks, revision, string.Create(CultureInfo.InvariantCulture, $"hand/{caller}")));

    public async Task RecordPassAsync(int caller)
    {
        await LoadStateAsync(caller);
        await CommitAsync(async (connection, transaction, revision) =>
        {
            await using var fence = new MySqlCommand("SELECT Token FROM tenantkit_leases WHERE Name = 'shard/00'", connection, transaction);
            await fence.ExecuteScalarAsync();
            await RunAsync(connection, transaction, "UPDATE tenantkit_tenant_statuses SET ObservedGeneration = ObservedGeneration + 1, Revision = @a WHERE TenantId = @b", revision, Population.Tenant(caller));
            await RunAsync(connection, transaction, "INSERT INTO tenantkit_change_log (Revision, TenantId) VALUES (@a, @b)", revision, Population.Tenant(caller));
        });
    }

    private static JsonSerializerOptions Web { get; } = new(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    private async Task CommitAsync(Func<MySqlConnection, MySqlTransaction, long, Task> write)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted);
        await using var look = new MySqlCommand("SELECT Value FROM tenantkit_store_revision WHERE Id = 1 FOR UPDATE", connection, transaction);
        var revision = Convert.ToInt64(await look.ExecuteScalarAsync(), CultureInfo.InvariantCulture) + 1;
        await write(connection, transaction, revision);
        await RunAsync(connection, transaction, "UPDATE tenantkit_store_revision SET Value = @a WHERE Id = 1", revision);
        await transaction.CommitAsync();
    }

    private async Task FindAsync(string sql, object value)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        command.Parameters.AddWithValue("@value", value);
        await using var reader = await command.ExecuteReaderAsync();
        _ = await reader.ReadAsync() ? Read(reader) : throw new InvalidOperationException("Nothing was found.");
    }

    private static User Read(MySqlDataReader reader) => new()
    {
        Id = reader.GetString(0), UserName = reader.GetString(1), NormalizedUserName = reader.GetString(2), Email = reader.IsDBNull(3) ? null : reader.GetString(3), Role = Enum.Parse<UserRole>(reader.GetString(4)),
        TenantId = reader.IsDBNull(5) ? null : reader.GetString(5), PasswordHash = reader.IsDBNull(6) ? null : reader.GetString(6), SecurityStamp = reader.GetString(7), Disabled = reader.GetBoolean(8),
        AccessFailedCount = reader.GetInt32(9), LockoutEnd = reader.IsDBNull(10) ? null : new DateTimeOffset(reader.GetInt64(10), TimeSpan.Zero), CreatedAt = new DateTimeOffset(reader.GetInt64(11), TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(reader.GetInt64(12), TimeSpan.Zero), DeletedAt = reader.IsDBNull(13) ? null : new DateTimeOffset(reader.GetInt64(13), TimeSpan.Zero), Revision = reader.GetInt64(14),
    };

    private static async Task RunAsync(MySqlConnection connection, MySqlTransaction transaction, string sql, params object?[] values)
    {
        await using var command = new MySqlCommand(sql, connection, transaction);
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue("@" + (char)('a' + index), values[index]);
        }

        await command.ExecuteNonQueryAsync();
    }

    private async Task<MySqlConnection> OpenAsync()
    {
        var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static string? Text(MySqlDataReader reader, string column) => reader.IsDBNull(reader.GetOrdinal(column)) ? null : reader.GetString(column);

    private static DateTimeOffset? At(MySqlDataReader reader, string column) => reader.IsDBNull(reader.GetOrdinal(column)) ? null : new DateTimeOffset(reader.GetInt64(column), TimeSpan.Zero);
}
