using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TenantKit.Admin.Tests.Hosting;
using TenantKit.Audit;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.Tests.Http;

public sealed class FailureTests
{
    [Fact]
    public async Task Store_ThatIsDown_Gets503AndNotReady()
    {
        var reader = new BreakableReader();
        await using var host = await AdminHost.StartAsync(kit =>
        {
            kit.Services.Replace(ServiceDescriptor.Singleton<IAuditReader>(reader));
            kit.Services.Replace(ServiceDescriptor.Singleton<IChangeLog>(reader));
        });
        using var client = await host.SignInAsync();
        Assert.Equal(200, (int)(await client.SendAsync("GET", "/healthz/ready")).StatusCode);

        reader.Failure = new StoreUnavailableException("The database at db.internal is down.");

        var answer = await client.SendAsync("GET", "/api/admin/audit");
        var problem = await answer.AssertProblemAsync(503, "store_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("db.internal", problem.ToString());
        await (await client.SendAsync("GET", "/healthz/ready")).AssertProblemAsync(503, "store_unavailable");
        Assert.Equal(200, (int)(await client.SendAsync("GET", "/healthz/live")).StatusCode);
    }

    [Fact]
    public async Task Bug_Gets500WithTheTraceIdOnly()
    {
        var reader = new BreakableReader { Failure = new InvalidOperationException("a secret of the inside") };
        await using var host = await AdminHost.StartAsync(kit => kit.Services.Replace(ServiceDescriptor.Singleton<IAuditReader>(reader)));
        using var client = await host.SignInAsync();

        var problem = await (await client.SendAsync("GET", "/api/admin/audit")).AssertProblemAsync(500, "internal_error");

        Assert.NotEmpty(problem.Text("traceId"));
        Assert.DoesNotContain("secret of the inside", problem.ToString());
        Assert.DoesNotContain("   at ", problem.ToString());
    }

    [Fact]
    public async Task UserStore_ThatIsDown_Gets503NotUnauthorized()
    {
        var isDown = false;
        await using var host = await AdminHost.StartAsync(kit =>
        {
            var inner = kit.Services.Single(service => service.ServiceType == typeof(IUserReader));
            kit.Services.Replace(ServiceDescriptor.Singleton<IUserReader>(provider =>
                new BreakableUsers((IUserReader)(inner.ImplementationFactory!(provider)), () => isDown)));
        });
        using var client = await host.SignInAsync();

        isDown = true;

        await (await client.SendAsync("GET", "/api/auth/me")).AssertProblemAsync(503, "store_unavailable");
        await (await client.SendAsync("POST", "/api/auth/login", new { userName = "admin", password = AdminHost.AdminPassword })).AssertProblemAsync(503, "store_unavailable");
    }

    [Fact]
    public void MapTenantAdmin_WithoutAdd_SaysWhatToDo()
    {
        var app = WebApplication.CreateBuilder().Build();

        var exception = Assert.Throws<InvalidOperationException>(() => app.MapTenantAdmin());

        Assert.Equal("The Admin API is not registered. Call AddTenantKit().AddTenantAdmin() on the host's services first.", exception.Message);
    }

    [Fact]
    public void AddTenantAdmin_Twice_ChangesNothing()
    {
        var services = new ServiceCollection();
        var kit = services.AddTenantKit().AddTenantAdmin();
        var before = services.Count;

        kit.AddTenantAdmin();

        Assert.Equal(before, services.Count);
    }

    [Fact]
    public void Options_Defaults_AreThoseDocumented()
    {
        var options = new TenantAdminOptions();

        Assert.Equal(("http://127.0.0.1:5080", TimeSpan.FromHours(1), TimeSpan.FromDays(7)), (options.Url, options.AccessTokenLifetime, options.RefreshTokenLifetime));
        Assert.Equal((12, 5, 60, 200, 60), (options.PasswordMinLength, options.MaxFailedSignIns, options.SignInsPerMinute, options.MaxWaitingHashes, options.DenialsAuditedPerMinute));
        Assert.Equal((Environment.ProcessorCount, TimeSpan.FromSeconds(2)), (options.MaxConcurrentHashes, options.UsageMaxAge));
    }

    private sealed class BreakableReader : IAuditReader, IChangeLog
    {
        public Exception? Failure { get; set; }

        public Task<Page<AuditEntry>> ListAuditAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) => throw Failure!;

        public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => Failure is null ? ValueTask.FromResult(1L) : throw Failure;

        public Task<IReadOnlyList<ChangeLogEntry>> ReadAsync(long afterRevision, int limit, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ChangeLogEntry>>([]);

        public Task WaitAsync(long afterRevision, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private sealed class BreakableUsers(IUserReader inner, Func<bool> isDown) : IUserReader
    {
        private IUserReader Inner => isDown() ? throw new StoreUnavailableException("The database is down.") : inner;

        public ValueTask<User?> FindUserAsync(string userId, CancellationToken cancellationToken) => Inner.FindUserAsync(userId, cancellationToken);

        public ValueTask<User?> FindUserByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => Inner.FindUserByNameAsync(normalizedUserName, cancellationToken);

        public Task<IReadOnlyList<User>> ListUsersOfTenantAsync(string tenantId, CancellationToken cancellationToken) => Inner.ListUsersOfTenantAsync(tenantId, cancellationToken);

        public Task<Page<User>> ListUsersAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken) => Inner.ListUsersAsync(filter, page, cancellationToken);

        public ValueTask<RefreshToken?> FindRefreshTokenAsync(string hash, CancellationToken cancellationToken) => Inner.FindRefreshTokenAsync(hash, cancellationToken);
    }
}
