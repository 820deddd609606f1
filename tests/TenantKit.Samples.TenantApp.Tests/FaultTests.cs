using System.Net;

namespace TenantKit.Samples.TenantApp.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private KeyServer keys = null!;
    private AppProcess app = null!;

    public async ValueTask InitializeAsync()
    {
        keys = await KeyServer.StartAsync();
        app = await AppProcess.StartAsync(folder.Path, keys, "tenant-1", ("TenantApp__Faults", "true"));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await keys.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Error_AskedFor_FailsRequestsButNotHealthAndPasses()
    {
        await BreakAsync("error", 1);

        await app.UntilAsync("/healthz/ready", HttpStatusCode.OK);
        await app.UntilAsync("/api/whoami", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Unhealthy_AskedFor_FailsReadinessButNotLiveness()
    {
        await BreakAsync("unhealthy", 600);

        await app.UntilAsync("/healthz/ready", HttpStatusCode.ServiceUnavailable);
        await app.UntilAsync("/healthz/live", HttpStatusCode.OK);
        await app.UntilAsync("/api/whoami", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Hang_AskedFor_HoldsHealthToo()
    {
        await BreakAsync("hang", 600);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Client.GetAsync("/healthz/live", limit.Token));
    }

    [Fact]
    public async Task Crash_AskedFor_EndsTheProcessWithoutAnAnswer()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => app.SendAsync(HttpMethod.Post, "/api/fault", """{"mode":"crash"}"""));

        Assert.NotEqual(0, await app.WaitForExitAsync());
    }

    [Fact]
    public async Task Fault_ThatIsNone_Is400()
    {
        foreach (var body in new[] { """{"mode":"melt"}""", """{"mode":"slow","seconds":0}""", """{"mode":"slow","seconds":99999}""", "{}" })
        {
            using var answer = await app.SendAsync(HttpMethod.Post, "/api/fault", body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    private async Task BreakAsync(string mode, int seconds)
    {
        using var answer = await app.SendAsync(HttpMethod.Post, "/api/fault", $$"""{"mode":"{{mode}}","seconds":{{seconds}}}""");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
