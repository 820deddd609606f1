using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>Units with a database of their own, on the MariaDB image that eng/images.sh builds.</summary>
public sealed class DockerDatabaseTests : OrchestratorSuite<DockerHarness>
{
    public override async ValueTask InitializeAsync()
    {
        Harness.Configure = static options =>
        {
            options.Database.Image = "tenantkit/mariadb:local";
            options.Database.MemoryBytes = 256L << 20;
        };
        await Harness.RestartAsync();
    }

    [Fact]
    public async Task Dedicated_Unit_StartsTheDatabaseFirstAndKeepsItsData()
    {
        var spec = Unit();
        var instance = Assert.Single((await RunAsync(spec)).Instances);
        var database = await InspectAsync(spec, UnitNames.Database);
        Assert.True(database.StartedAt < instance.StartedAt);
        Assert.Equal((2, 1, 2), await Harness.CountAsync());
        await QueryAsync(spec, "CREATE TABLE kept (id INT); INSERT INTO kept VALUES (42)");

        await Orchestrator.SleepAsync(spec.Unit, Patient, Token);
        Assert.Equal((0, 0, 2), await Harness.CountAsync());
        await RunAsync(spec);

        Assert.Equal("42", await QueryAsync(spec, "SELECT id FROM kept"));
        await Orchestrator.DeleteAsync(spec.Unit, deleteData: true, Patient, Token);
        Assert.Equal((0, 0, 0), await Harness.CountAsync());
    }

    [Fact]
    public async Task Dedicated_DatabaseGone_EndsTheUnitAndTheNextEnsureStartsBoth()
    {
        var spec = Unit();
        var before = Assert.Single((await RunAsync(spec)).Instances);

        await TestEngine.RunAsync("kill", UnitNames.Database(spec.Unit.Name));

        await UntilAsync(spec.Unit, static unit => !unit.HasCompute);
        Assert.NotEqual(before.Id, Assert.Single(Live(await RunAsync(spec))).Id);
        Assert.Equal("1", await QueryAsync(spec, "SELECT 1"));
    }

    [Fact]
    public async Task Dedicated_App_GetsCredentialsThatOnlyItCanRead()
    {
        var spec = Unit() with { Command = DockerHarness.Shell("echo $DB_HOST $DB_PORT $DB_NAME $DB_USER $(stat -c %a $DB_PASSWORD_FILE) $(wc -c <$DB_PASSWORD_FILE); exec sleep 600") };
        await RunAsync(spec);

        Assert.Equal("database 3306 user_7_db app 400 64", Assert.Single(await ReadAsync(spec.Unit, new LogQuery { Follow = true }, count: 1)).Text);
        Assert.DoesNotContain("PASSWORD=", await TestEngine.RunAsync("inspect", UnitNames.Database(spec.Unit.Name)), StringComparison.Ordinal);
    }

    private UnitSpec Unit() =>
        Spec(OrchestratorApp.Idle) with { Database = DatabaseMode.Dedicated, Environment = new Dictionary<string, string> { ["DB_NAME"] = "user_7_db" } };

    private async Task<Container> InspectAsync(UnitSpec spec, Func<string, string> name) =>
        ContainerReader.Read(await Harness.Engine.Api.Containers.InspectContainerAsync(name(spec.Unit.Name), Token), DockerReach.Address);

    /// <summary>As the app would: by name and password, over the network.</summary>
    private static Task<string> QueryAsync(UnitSpec spec, string sql) => TestEngine.RunAsync(
        "exec", UnitNames.Database(spec.Unit.Name), "sh", "-c", $"mariadb -h database -u app -p$(cat $MARIADB_PASSWORD_FILE) -N -B user_7_db -e '{sql}'");
}
