using MySqlConnector;
using TenantKit.Audit;
using TenantKit.Storage.MySql.Retention;
using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Tenants;
using TenantKit.Testing;
using TenantKit.Users;

namespace TenantKit.Storage.MySql.Tests;

/// <summary>Everything that the store asks is found by an index: the server logs each statement, and then explains it.</summary>
public sealed class PlanTests
{
    /// <summary>Tables of a few rows that are read as a whole on purpose: leases, keys, and writers (one per start of a replica in the last week).</summary>
    private static readonly string[] Small = ["tenantkit_leases", "tenantkit_keys", "tenantkit_writers"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryStatement_ManyRows_UsesAnIndex()
    {
        using var server = new LocalServer("--log-output=TABLE");
        await using var connection = new MySqlConnection(server.ConnectionString);
        await connection.OpenAsync(Stop);
        await ExecuteAsync(connection, "CREATE DATABASE kit");
        var kit = server.ConnectionString + ";Database=kit";
        await using var store = TestDatabase.StoreAt(kit);
        await store.InitializeAsync(Stop);
        await FillAsync(store);
        await ExecuteAsync(connection, "USE kit; ANALYZE TABLE tenantkit_users, tenantkit_tenants, tenantkit_tenant_statuses, tenantkit_audit, tenantkit_operations, tenantkit_change_log; SET GLOBAL general_log = 1");

        await AskEverythingAsync(store);
        await new RetentionSweep(TestDatabase.ProviderAt(kit), new MySqlRetentionOptions { ChangeLogRevisions = 1 }, TimeProvider.System).RunAsync(Stop);

        await ExecuteAsync(connection, "SET GLOBAL general_log = 0");
        var statements = await RowsAsync(connection, "SELECT DISTINCT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type IN ('Query', 'Execute')", static reader => reader.GetString(0));
        var asked = statements.Where(static text => text.Contains("tenantkit_", StringComparison.Ordinal) && IsExplained(text)).ToList();
        var wrong = new List<string>();
        if (!connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase))
        {
            await ExecuteAsync(connection, "SET SESSION explain_format = 'TRADITIONAL'"); // MySQL 9 draws a tree unless it is told not to.
        }

        foreach (var statement in asked)
        {
            var plan = await RowsAsync(connection, "EXPLAIN " + statement, static reader =>
                (Table: Text(reader, "table"), Type: Text(reader, "type"), Key: Text(reader, "key"), Rows: Text(reader, "rows"), Extra: Text(reader, "Extra")));
            wrong.AddRange(plan.Where(static step => IsScan(step.Table, step.Type, step.Key)).Select(step => $"{step} of {statement[..Math.Min(500, statement.Length)]}"));
        }

        Assert.True(asked.Count > 40, $"only {asked.Count} statements were seen");
        Assert.Empty(wrong);
    }

    private static bool IsScan(string? table, string? type, string? key) =>
        type == "ALL" && key is null && table is { Length: > 0 } name && name[0] != '<' && !Small.Any(small => name.StartsWith(small, StringComparison.Ordinal)) && name is not "l0";

    private static bool IsExplained(string text) => ((string[])["SELECT", "UPDATE", "DELETE"]).Any(verb => text.StartsWith(verb, StringComparison.OrdinalIgnoreCase))
        && !text.Contains("tenantkit_migrations", StringComparison.Ordinal) && !text.Contains("FROM tenantkit_keys", StringComparison.Ordinal) && !text.Contains("tenantkit_leases", StringComparison.Ordinal);

    private static async Task FillAsync(MySqlTenantStore store)
    {
        for (var part = 0; part < 20; part++)
        {
            var changes = new ChangeSet();
            for (var number = part * 500; number < (part + 1) * 500; number++)
            {
                changes.Put(TestRecords.User($"u{number:00000}", tenantId: $"t{number:00000}") with { Role = number % 100 == 0 ? UserRole.Auditor : UserRole.User, CreatedAt = TestRecords.Moment.AddMinutes(number), DeletedAt = number % 200 == 1 ? TestRecords.Moment : null })
                    .Put(TestRecords.Tenant($"t{number:00000}", ownerUserId: $"u{number:00000}") with { DeletedAt = number % 200 == 1 ? TestRecords.Moment : null })
                    .Put(TestRecords.Status($"t{number:00000}", number % 100 == 0 ? TenantPhase.Running : TenantPhase.Sleeping))
                    .Put(TestRecords.Operation($"o{number:00000}", $"t{number:00000}") with { EndedAt = number % 50 == 0 ? null : TestRecords.Moment })
                    .Put(TestRecords.Instance($"i{number:00000}", $"t{number:00000}")).Put(TestRecords.Ledger($"t{number:00000}")).Put(TestRecords.Idempotency($"k{number:00000}"))
                    .Put(TestRecords.RefreshToken($"r{number:00000}", $"u{number:00000}"))
                    .Record(TestRecords.Audit($"a{number:00000}") with { Actor = $"actor-{number % 500}", Outcome = number % 100 == 0 ? AuditOutcome.Denied : AuditOutcome.Success });
            }

            await store.CommitAsync(changes, Stop);
        }

        for (var version = 1; version <= 20; version++)
        {
            await store.CommitAsync(new ChangeSet().Put(TestRecords.Template("small", version)).Put(TestRecords.Template($"template-{version}")), Stop);
        }
    }

    private static async Task AskEverythingAsync(MySqlTenantStore store)
    {
        await store.FindTenantAsync("t00042", Stop);
        await store.FindTenantByNameAsync("name-of-t00042", Stop);
        await store.LoadStateAsync("t00042", Stop);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => store.LoadStateAsync($"t{number:00000}", Stop).AsTask()));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => store.FindTenantByNameAsync($"name-of-t{number:00000}", Stop).AsTask()));
        foreach (var after in (string?[])[null, "t05000"])
        {
            await store.ListTenantsAsync(new TenantFilter(), new PageRequest(50, after), Stop);
            await store.ListTenantsAsync(new TenantFilter { Name = "name-of-t00042" }, new PageRequest(50, after), Stop);
            await store.ListTenantsAsync(new TenantFilter { TenantId = "t00042" }, new PageRequest(50, after), Stop);
            await store.ListTenantsAsync(new TenantFilter { OwnerUserId = "u00042" }, new PageRequest(50, after), Stop);
            await store.ListTenantsAsync(new TenantFilter { Phase = TenantPhase.Running }, new PageRequest(50, after), Stop);
            await store.ListTenantsAsync(new TenantFilter { Phase = TenantPhase.Pending }, new PageRequest(50, after), Stop);
        }

        foreach (var after in (string?[])[null, "u05000"])
        {
            await store.ListUsersAsync(new UserFilter(), new PageRequest(50, after), Stop);
            await store.ListUsersAsync(new UserFilter { UserName = "User.u00042" }, new PageRequest(50, after), Stop);
            await store.ListUsersAsync(new UserFilter { NamePrefix = "User.u0004" }, new PageRequest(50, after), Stop);
            await store.ListUsersAsync(new UserFilter { Role = UserRole.Auditor }, new PageRequest(50, after), Stop);
            await store.ListUsersAsync(new UserFilter { TenantId = "t00042" }, new PageRequest(50, after), Stop);
            await store.ListUsersAsync(new UserFilter { CreatedAfter = TestRecords.Moment.AddMinutes(9_990) }, new PageRequest(50, after), Stop);
            await store.ListUsersAsync(new UserFilter { CreatedBefore = TestRecords.Moment.AddMinutes(10) }, new PageRequest(50, after), Stop);
        }

        var user = (await store.FindUserAsync("u00042", Stop))!;
        await store.FindUserByNameAsync("USER.U00042", Stop);
        await store.ListUsersOfTenantAsync("t00042", Stop);
        await store.FindRefreshTokenAsync("r00042", Stop);
        await store.FindTemplateAsync("small", 3, Stop);
        await store.FindLatestTemplateAsync("small", Stop);
        await store.ListTemplatesAsync(new PageRequest(5), Stop);
        await store.ListTemplatesAsync(new PageRequest(5, "small"), Stop);
        await store.ListTemplateVersionsAsync("small", Stop);
        await store.FindOperationAsync("o00042", Stop);
        await store.ListOperationsAsync("t00042", new PageRequest(5), Stop);
        await store.ListOperationsAsync("t00042", new PageRequest(5, "o05000"), Stop);
        await store.FindIdempotencyRecordAsync("k00042", Stop);
        foreach (var after in (string?[])[null, "5000"])
        {
            await store.ListAuditAsync(new AuditFilter(), new PageRequest(50, after), Stop);
            await store.ListAuditAsync(new AuditFilter { Actor = "actor-42" }, new PageRequest(50, after), Stop);
            await store.ListAuditAsync(new AuditFilter { Action = "tenant.create" }, new PageRequest(50, after), Stop);
            await store.ListAuditAsync(new AuditFilter { Target = "tenant/of-a00042" }, new PageRequest(50, after), Stop);
            await store.ListAuditAsync(new AuditFilter { Outcome = AuditOutcome.Denied }, new PageRequest(50, after), Stop);
            await store.ListAuditAsync(new AuditFilter { From = TestRecords.Moment, To = TestRecords.Moment.AddDays(1) }, new PageRequest(50, after), Stop);
        }

        await store.ReadAsync(10, 100, Stop);
        await store.GetRevisionAsync(Stop);
        await store.ListRevocationsAsync(0, Stop);
        await store.CommitAsync(
            new ChangeSet().Put(user with { Email = "new@example.org" }).Put(TestRecords.User("new")).Put(TestRecords.Tenant("new")).Put(TestRecords.Ledger("new"))
                .Delete((await store.LoadStateAsync("t00042", Stop))!.Ledger[0]).Put(TestRecords.Template("new")).Record(TestRecords.Audit("new")), Stop);
    }

    private static string? Text(MySqlDataReader reader, string column) => reader[column] is var value && value is DBNull ? null : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task ExecuteAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<List<T>> RowsAsync<T>(MySqlConnection connection, string sql, Func<MySqlDataReader, T> read)
    {
        await using var command = new MySqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        List<T> rows = [];
        while (await reader.ReadAsync(Stop))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
