using System.Diagnostics;
using System.Net;
using MySqlConnector;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>Two admin hosts on one database, of the server that TENANTKIT_TEST_MYSQL names; <c>eng/test.sh</c> starts one.</summary>
public sealed class MySqlHostTests : IDisposable
{
    private readonly string? server = Environment.GetEnvironmentVariable("TENANTKIT_TEST_MYSQL");
    private readonly string database = $"tenantkit_e2e_{Environment.ProcessId}";
    private readonly string keys = Directory.CreateTempSubdirectory("tenantkit-keys-").FullName;
    private readonly HostSettings[] settings;

    public MySqlHostTests() => settings = [.. Enumerable.Range(0, 2).Select(_ => new HostSettings
    {
        More =
        {
            ["TenantKit:MySql:ConnectionString"] = server is null ? null : new MySqlConnectionStringBuilder(server) { Database = database }.ConnectionString,
            ["TenantKit:MySql:MigrateAtStart"] = "false",
            ["TenantKit:KeyDirectory"] = keys,
            ["TenantKit:Control:Url"] = $"http://127.0.0.1:{FreePorts.Take(1)[0]}",
            ["TenantKit:LeaseTime"] = "00:00:05",
        },
    })];

    public void Dispose()
    {
        Array.ForEach(settings, static each => each.Dispose());
        Directory.Delete(keys, recursive: true);
        if (server is not null)
        {
            Execute($"DROP DATABASE IF EXISTS {database}");
        }
    }

    [Fact]
    public async Task TwoHosts_OnOneDatabase_ServeTheSameAndOneIsEnough()
    {
        Assert.SkipWhen(server is null, "TENANTKIT_TEST_MYSQL is not set. Run eng/test.sh, or set it to the connection string of a server.");
        Execute($"CREATE DATABASE {database}");
        var first = await MigrateAsync();
        Assert.StartsWith("Applied ", first, StringComparison.Ordinal);
        Assert.Equal("The database is up to date.", await MigrateAsync());

        await using var one = await HostProcess.StartAsync(settings[0], "AdminHost");
        await using var other = await HostProcess.StartAsync(settings[1], "AdminHost");
        using var atOne = await AdminClient.SignInAsync(settings[0]);
        using var atOther = await AdminClient.SignInAsync(settings[1]);
        var user = await atOne.CreateUserAsync("shared");
        Assert.Equal("running", user.Container.Phase);
        Assert.Equal("running", (await atOther.FindStatusAsync(user.Id))?.Phase);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(settings[0]));
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(settings[1]));

        await one.KillAsync();

        Assert.Equal("running", (await atOther.CreateUserAsync("later")).Container.Phase);
        using var deleted = await atOther.DeleteUserAsync(user.Id);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    private async Task<string> MigrateAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Assemblies.Metadata("AdminHost"), "migrate"]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (key, value) in settings[0].All())
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        return output.Trim();
    }

    private static async Task<HttpStatusCode> ReadyAsync(HostSettings host)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"{host.AdminUrl}/healthz/ready"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private void Execute(string sql)
    {
        using var connection = new MySqlConnection(server);
        connection.Open();
        using var command = new MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
