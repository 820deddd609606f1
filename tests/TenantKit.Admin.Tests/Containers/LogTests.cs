using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Admin.Tests.Hosting;
using TenantKit.Orchestration.InMemory;

namespace TenantKit.Admin.Tests.Containers;

public sealed class LogTests
{
    private InMemoryInstance? instance;

    [Fact]
    public async Task Logs_AsText_AreLinesWithTimeAndUser()
    {
        await using var host = await StartAsync();
        using var client = await host.SignInAsync();
        var user = await AdminHost.CreateUserAsync(client, new { userName = "logs1" });
        instance!.WriteLine("second\rforged");

        var answer = await client.SendAsync("GET", $"/api/admin/containers/{user.Text("id")}/logs");
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n');

        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(2, lines.Length);
        Assert.Matches($@"^\[\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z\] USER_{user.Text("id")} - first$", lines[0]);
        Assert.EndsWith(" - second forged", lines[1]);
        Assert.EndsWith(" - second forged\n", await client.GetStringAsync($"/api/admin/containers/{user.Text("id")}/logs?tail=1", TestContext.Current.CancellationToken));
        instance.WriteLine($"[2026-01-01T00:00:00.000Z] USER_{user.Text("id")} - its own");
        Assert.Equal($"[2026-01-01T00:00:00.000Z] USER_{user.Text("id")} - its own\n", await client.GetStringAsync($"/api/admin/containers/{user.Text("id")}/logs?tail=1", TestContext.Current.CancellationToken));
        Assert.Empty(await client.GetStringAsync($"/api/admin/containers/{user.Text("id")}/logs?since=2999-01-01T00:00:00Z", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Logs_Followed_ComeAsTheyAreWritten()
    {
        await using var host = await StartAsync();
        using var client = await host.SignInAsync();
        var user = await AdminHost.CreateUserAsync(client, new { userName = "logs2" });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/admin/containers/{user.Text("id")}/logs?follow=true");
        request.Headers.Add("Accept", "application/x-ndjson");

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var first = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        instance!.WriteLine("later");
        var later = await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("first", JsonDocument.Parse(first!).RootElement.Text("message"));
        Assert.Equal((instance.Id, "later"), (JsonDocument.Parse(later!).RootElement.Text("instanceId"), JsonDocument.Parse(later!).RootElement.Text("message")));
    }

    private Task<AdminHost> StartAsync() => AdminHost.StartAsync(kit => kit.UseInMemoryOrchestrator(options => options.Apps["app"] = started =>
    {
        started.WriteLine("first");
        instance = started;
    }));
}
