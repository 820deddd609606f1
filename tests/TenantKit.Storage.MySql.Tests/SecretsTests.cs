using TenantKit.Storage.MySql.Tests.Servers;
using TenantKit.Testing;

namespace TenantKit.Storage.MySql.Tests;

public sealed class SecretsTests : IDisposable
{
    private readonly TestDatabase database = new();
    private readonly string folder = Directory.CreateTempSubdirectory("tenantkit-keys-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CommitAsync_Secrets_AreNotInTheDatabaseAndOtherReplicasReadThem(bool inFolder)
    {
        await using Replica first = new(database.Store(Configure));
        await first.Store.InitializeAsync(Stop);
        var template = TestRecords.Template("small") with { Environment = new Dictionary<string, string> { ["API_KEY"] = "s3cret-value" } };
        await first.Store.CommitAsync(new ChangeSet().Put(template).Put(TestRecords.Idempotency("k1") with { Body = "{\"password\":\"s3cret-value\"}" }), Stop);

        Assert.Equal(0, database.Count("templates", "Environment LIKE '%s3cret%'"));
        Assert.Equal(0, database.Count("idempotency_records", "Body LIKE '%s3cret%'"));
        Assert.Equal(1, database.Count("templates", "Environment LIKE '%API_KEY%'"));
        await using Replica second = new(database.Store(Configure));
        Assert.Equal("s3cret-value", (await second.Store.FindTemplateAsync("small", 1, Stop))!.Environment["API_KEY"]);
        Assert.Equal("s3cret-value", (await second.Store.FindLatestTemplateAsync("small", Stop))!.Environment["API_KEY"]);
        Assert.Equal("s3cret-value", Assert.Single(await second.Store.ListTemplateVersionsAsync("small", Stop)).Environment["API_KEY"]);
        Assert.Equal("s3cret-value", Assert.Single((await second.Store.ListTemplatesAsync(new PageRequest(5), Stop)).Items).Environment["API_KEY"]);
        Assert.Equal("{\"password\":\"s3cret-value\"}", (await second.Store.FindIdempotencyRecordAsync("k1", Stop))!.Body);
        Assert.Equal(inFolder, Directory.EnumerateFiles(folder).Any());

        void Configure(MySqlStoreOptions options) => options.KeyRingDirectory = inFolder ? folder : null;
    }

    [Fact]
    public async Task Find_KeyRingIsLost_SaysWhatToDo()
    {
        await using Replica first = new(database.Store(options => options.KeyRingDirectory = folder));
        await first.Store.InitializeAsync(Stop);
        await first.Store.CommitAsync(new ChangeSet().Put(TestRecords.Template("small")), Stop);
        await using Replica other = new(database.Store(options => options.KeyRingDirectory = Path.Combine(folder, "another")));

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => other.Store.FindTemplateAsync("small", 1, Stop).AsTask());

        Assert.StartsWith("The key that encrypted the template small is not in the key ring.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_WrittenInPlainText_IsReadAsItIs()
    {
        await using Replica scope = new(database.Store());
        await scope.Store.InitializeAsync(Stop);
        await scope.Store.CommitAsync(new ChangeSet().Put(TestRecords.Template("small")), Stop);
        database.Execute("UPDATE tenantkit_templates SET Environment = '{\"A\":\"plain\"}'");

        Assert.Equal("plain", (await scope.Store.FindTemplateAsync("small", 1, Stop))!.Environment["A"]);
    }

    /// <summary>The store by its contract, as everybody else sees it.</summary>
    private sealed class Replica(MySqlTenantStore store) : IAsyncDisposable
    {
        public ITenantStore Store => store;

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
