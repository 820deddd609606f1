using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TenantKit.Samples.TenantApp.Tests;

public sealed class TransferTests(RunningApp running) : IClassFixture<RunningApp>
{
    private const long HundredMegabytes = 100L * 1024 * 1024;
    private readonly AppProcess app = running.App;

    [Fact]
    public async Task CountBytes_Of100Megabytes_CountsThemInConstantMemory()
    {
        using var warm = await app.Client.PostAsync("/api/count-bytes", new ByteArrayContent([1, 2, 3]), TestContext.Current.CancellationToken);
        var before = app.PeakMemory();
        using var content = new PatternContent(HundredMegabytes);
        using var answer = await app.Client.PostAsync("/api/count-bytes", content, TestContext.Current.CancellationToken);
        var count = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal((HundredMegabytes, content.Sha256), (count.GetProperty("bytes").GetInt64(), count.GetProperty("sha256").GetString()));
        Assert.InRange(app.PeakMemory() - before, 0, 40 * 1024 * 1024);
    }

    [Fact]
    public async Task Bytes_100Megabytes_ComeDownInConstantMemory()
    {
        using var warm = await app.Client.GetAsync("/api/bytes?count=100000", TestContext.Current.CancellationToken);
        var before = app.PeakMemory();
        using var answer = await app.Client.GetAsync($"/api/bytes?count={HundredMegabytes}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[65536];
        var total = 0L;
        int read;
        while ((read = await body.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0)
        {
            total += read;
        }

        Assert.Equal(HundredMegabytes, total);
        Assert.InRange(app.PeakMemory() - before, 0, 40 * 1024 * 1024);
    }

    [Fact]
    public async Task Bytes_OfTheLargestCount_BeginsAndStopsWithTheClient()
    {
        using (var answer = await app.Client.GetAsync($"/api/bytes?count={long.MaxValue}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            Assert.Equal(long.MaxValue, answer.Content.Headers.ContentLength);
        }

        await app.UntilAsync("/healthz/ready", HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/api/bytes?count=-1")]
    [InlineData("/api/bytes?count=9223372036854775808")]
    [InlineData("/api/stream?seconds=-1")]
    [InlineData("/api/stream?seconds=86401")]
    [InlineData("/ws/echo")]
    public async Task Transfer_WithBadInput_Is400(string path)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Stream_OfTwoSeconds_HasTwoEventsAndEnds()
    {
        var text = await app.Client.GetStringAsync("/api/stream?seconds=2", TestContext.Current.CancellationToken);

        Assert.Equal("id: 1\ndata: {\"second\":1}\n\nid: 2\ndata: {\"second\":2}\n\n", text);
    }
}
