using System.Net;
using System.Text.RegularExpressions;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>What operators see: health, metrics, the log.</summary>
public sealed partial class ObservabilityTests(SharedHost shared)
{
    [Fact]
    public async Task Health_OfBothHosts_IsReady()
    {
        using var http = new HttpClient();
        foreach (var host in new[] { shared.Host.Settings.AdminUrl, shared.Host.Settings.GatewayUrl, shared.Host.Settings.InternalUrl })
        {
            using var live = await http.GetAsync(host + "/healthz/live", TestContext.Current.CancellationToken);
            using var ready = await http.GetAsync(host + "/healthz/ready", TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }
    }

    [Fact]
    public async Task Metrics_OfBothHosts_AreInPrometheusFormat()
    {
        using var http = new HttpClient();
        foreach (var host in new[] { shared.Host.Settings.AdminUrl, shared.Host.Settings.InternalUrl })
        {
            using var answer = await http.GetAsync(host + "/metrics", TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains("# TYPE tenantkit_", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Metrics_AtThePublicGateway_AreNotServed()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(shared.Host.Settings.GatewayUrl + "/metrics", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Log_OnConsoleAndInTheFile_HasTimeLevelAndMessage()
    {
        var file = Assert.Single(Directory.GetFiles(Path.Combine(shared.Host.Settings.DataDirectory, "logs"), "tenantkit-*.log"));
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);

        Assert.Matches(Line(), (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!);
        Assert.Contains(shared.Host.Output.Split(Environment.NewLine), line => Line().IsMatch(line));
        Assert.DoesNotContain("Microsoft.AspNetCore", shared.Host.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d\] (DEBUG|INFO|WARNING|ERROR|CRITICAL) - .+$")]
    private static partial Regex Line();
}
