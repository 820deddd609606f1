using System.ComponentModel;
using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Tests;

/// <summary>The command and the statements of the jobs on a real server: the one that TENANTKIT_TEST_MYSQL names; <c>eng/test.sh</c> starts one.</summary>
public sealed class SharedDatabaseServerTests : IDisposable
{
    private readonly KubernetesOptions options = new();
    private readonly DbConnectionStringBuilder server;
    private readonly string folder = Directory.CreateTempSubdirectory("tenantkit-").FullName;

    public SharedDatabaseServerTests()
    {
        var named = Environment.GetEnvironmentVariable("TENANTKIT_TEST_MYSQL");
        Assert.SkipWhen(named is null, "TENANTKIT_TEST_MYSQL is not set. Run eng/test.sh, or set it to the connection string of a server.");
        server = new DbConnectionStringBuilder { ConnectionString = named };
        options.SharedDatabase.NamePrefix = "t" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2));
    }

    public static TheoryData<string> TenantIds => ["01jd8x3v7qaaaaaaaaaaaaaaaa", "Ann_Smith", new string('a', 300)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(TenantIds))]
    public async Task Grant_AnyTenantId_GivesAnAccountForItsSchemaAlone(string tenantId)
    {
        var (unit, other) = (new UnitRef(tenantId, "unit"), new UnitRef(tenantId + "b", "other"));
        var (name, key) = (TenantSchema.NameOf(unit.TenantId, options), RandomNumberGenerator.GetBytes(32));
        try
        {
            Expect(null, await JobAsync(TenantSchema.Grant(unit, key, mustExist: false, options)));
            Expect(null, await JobAsync(TenantSchema.Grant(other, RandomNumberGenerator.GetBytes(32), mustExist: false, options)));

            Expect(null, await AsTenantAsync(name, key, $"CREATE TABLE `{name}`.orders (id INT PRIMARY KEY); INSERT INTO `{name}`.orders VALUES (1)"));
            Expect("ERROR 1142", await AsTenantAsync(name, key, $"CREATE TABLE `{TenantSchema.NameOf(other.TenantId, options)}`.orders (id INT)"));
            Expect("ERROR 1044", await AsTenantAsync(name, key, $"CREATE DATABASE `{name}2`"));
            Expect("ERROR 1045", await AsTenantAsync(name, RandomNumberGenerator.GetBytes(32), "SELECT 1"));

            // Once more, with the schema that is there: nothing of it is touched, and a password that was changed by hand is right again.
            Expect(null, await JobAsync($"ALTER USER '{name}'@'%' IDENTIFIED BY 'changed';\n"));
            Expect(null, await JobAsync(TenantSchema.Grant(unit, key, mustExist: true, options)));
            Expect("ERROR 1062", await AsTenantAsync(name, key, $"INSERT INTO `{name}`.orders VALUES (1)"));
        }
        finally
        {
            Expect(null, await JobAsync(TenantSchema.Drop(other, options)));
            Expect(null, await JobAsync(TenantSchema.Drop(unit, options)));
        }

        Expect("ERROR 1045", await AsTenantAsync(name, key, "SELECT 1"));
        Expect("ERROR 1049", await JobAsync(TenantSchema.Grant(unit, key, mustExist: true, options)));
        var wrong = TenantSchema.Grant(unit, key, mustExist: false, options).Replace("MAX_USER_CONNECTIONS", "MAX_FRIENDS", StringComparison.Ordinal);
        Assert.DoesNotContain(TenantSchema.Password(key), (await JobAsync(wrong)).Said, StringComparison.Ordinal);
        Expect(null, await JobAsync(TenantSchema.Drop(unit, options)));
    }

    private static void Expect(string? error, (int Code, string Said) ended) =>
        Assert.Equal((error is not null, error ?? ""), (ended.Code != 0, ended.Said.Length > 10 ? ended.Said[..10] : ended.Said));

    /// <summary>Runs statements exactly as a job does, but for where they lie.</summary>
    private async Task<(int Code, string Said)> JobAsync(string statements)
    {
        var file = Path.Combine(folder, "statements.sql");
        await File.WriteAllTextAsync(file, statements, TestContext.Current.CancellationToken);
        var command = SharedDatabaseManifests.Job(new UnitRef("t", "u"), "grant", "1", options).Spec.Template.Spec.Containers[0].Command;
        return await RunAsync(
            command[0], [command[1], command[2].Replace("/run/tenantkit-job/statements.sql", file, StringComparison.Ordinal)],
            new() { ["DB_HOST"] = Setting("Server"), ["DB_PORT"] = Setting("Port"), ["DB_ADMIN"] = Setting("User ID"), ["MYSQL_PWD"] = Setting("Password") });
    }

    private Task<(int Code, string Said)> AsTenantAsync(string name, byte[] key, string statements) => RunAsync(
        "mariadb", ["--no-defaults", $"--host={Setting("Server")}", $"--port={Setting("Port")}", $"--user={name}", "--protocol=tcp", "--loose-skip-ssl-verify-server-cert", "--batch", "--loose-skip-print-query-on-error", "--execute", statements],
        new() { ["MYSQL_PWD"] = TenantSchema.Password(key) });

    private string Setting(string name) => server.TryGetValue(name, out var value) ? value.ToString()! : name == "Port" ? "3306" : "";

    private static async Task<(int Code, string Said)> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var (said, _) = (process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await said);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no '{program}'. Install mariadb-client, which eng/test.sh does.");
            throw;
        }
    }
}
