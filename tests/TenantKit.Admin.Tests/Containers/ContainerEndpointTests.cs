using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TenantKit.Admin.Tests.Hosting;
using TenantKit.Control;
using TenantKit.Orchestration;

namespace TenantKit.Admin.Tests.Containers;

public sealed class ContainerEndpointTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Fact]
    public async Task StopStartRestart_UnderWait_AnswerOnceThere()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "cont1" });
        foreach (var (verb, phase) in new[] { ("stop", "sleeping"), ("stop", "sleeping"), ("start", "running"), ("restart", "running"), ("stop", "sleeping"), ("restart", "running") })
        {
            var answer = await shared.Admin.SendAsync("POST", $"/api/admin/containers/{user.Text("id")}/{verb}", null, ("Prefer", "wait=30"));

            var json = await answer.JsonAsync();
            Assert.True((int)answer.StatusCode == 200, verb + ": " + json);
            Assert.Equal($"{{\"tenantId\":\"{user.Text("tenantId")}\",\"phase\":\"{phase}\"}}", json.ToString());
        }
    }

    [Fact]
    public async Task Stop_WithoutWait_IsAccepted()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "cont2" });

        var answer = await shared.Admin.SendAsync("POST", $"/api/admin/containers/{user.Text("id")}/stop", null, ("Prefer", "respond-async, wait=soon"));

        Assert.Equal(202, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("Preference-Applied"));
        Assert.Equal(user.Text("tenantId"), (await answer.JsonAsync()).Text("tenantId"));
        var operation = await (await shared.Admin.SendAsync("GET", answer.Headers.Location!.ToString(), null, ("Prefer", "wait=30"))).JsonAsync();
        Assert.Equal(("stop", "succeeded"), (operation.Text("kind"), operation.Text("state")));
        Assert.Equal(2, (await shared.Admin.GetJsonAsync("/api/admin/operations?tenantId=" + user.Text("tenantId"))).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Start_NotInTime_Gets504()
    {
        await using var host = await AdminHost.StartAsync(kit => kit.UseInMemoryOrchestrator(options => options.StartDelay = Timeout.InfiniteTimeSpan));
        using var client = await host.SignInAsync();

        var created = await client.SendAsync("POST", "/api/admin/users", new { userName = "slow" }, ("Prefer", "wait=0"));
        var user = await created.JsonAsync();

        Assert.Equal(201, (int)created.StatusCode);
        Assert.NotEqual("running", user.GetProperty("container").Text("phase"));
        var answer = await client.SendAsync("POST", $"/api/admin/containers/{user.Text("id")}/start", null, ("Prefer", "wait=0"));
        await answer.AssertProblemAsync(504, "operation_timeout");
    }

    [Fact]
    public async Task Anything_ForUnknownUserOrStaff_IsRefused()
    {
        var staff = (await shared.Admin.GetJsonAsync("/api/auth/me")).Text("id");
        foreach (var (method, tail) in new[] { ("POST", "start"), ("POST", "stop"), ("POST", "restart"), ("GET", "logs"), ("GET", "explain") })
        {
            await (await shared.Admin.SendAsync(method, "/api/admin/containers/nobody/" + tail)).AssertProblemAsync(404, "user_not_found");
            await (await shared.Admin.SendAsync(method, $"/api/admin/containers/{staff}/{tail}")).AssertProblemAsync(409, "user_without_tenant");
        }
    }

    [Fact]
    public async Task Start_WhileDeletingOrSuspended_IsRefused()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "cont3" });
        var path = $"/api/admin/containers/{user.Text("id")}/start";
        await shared.Admin.SendAsync("POST", $"/api/admin/tenants/{user.Text("tenantId")}/suspend", null, ("Prefer", "wait=30"));

        await (await shared.Admin.SendAsync("POST", path)).AssertProblemAsync(409, "tenant_suspended");
    }

    [Fact]
    public async Task Status_ShowsInstancesAndUsage()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "cont4" });

        var items = (await shared.Admin.GetJsonAsync("/api/admin/containers/status?userId=" + user.Text("id"))).GetProperty("items");

        var item = Assert.Single(items.EnumerateArray());
        Assert.Equal(
            ["desired", "instances", "lastAccessAt", "name", "phase", "reason", "tenantId", "userId"],
            item.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal((user.Text("id"), "cont4", "running", "running"), (item.Text("userId"), item.Text("name"), item.Text("phase"), item.Text("desired")));
        var instance = item.GetProperty("instances")[0];
        Assert.Equal("ready", instance.Text("state"));
        Assert.Equal(JsonValueKind.Number, instance.GetProperty("uptimeSeconds").ValueKind);
        foreach (var name in new[] { "cpuMillicores", "memoryBytes", "storageBytes" })
        {
            Assert.Equal(JsonValueKind.Number, instance.GetProperty(name).ValueKind);
        }

        Assert.Equal(0, (await shared.Admin.GetJsonAsync("/api/admin/containers/status?userId=nobody")).GetProperty("items").GetArrayLength());
        Assert.All(
            (await shared.Admin.GetJsonAsync("/api/admin/containers/status?phase=running")).GetProperty("items").EnumerateArray(),
            running => Assert.Equal("running", running.Text("phase")));
    }

    [Fact]
    public async Task Status_WithABrokenRuntime_IsThereWithoutUsage()
    {
        var broken = new BrokenUsage();
        await using var host = await AdminHost.StartAsync(kit =>
        {
            var inner = kit.Services.Single(service => service.ServiceType == typeof(IContainerOrchestrator));
            kit.Services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(provider => broken.Over((IContainerOrchestrator)inner.ImplementationFactory!(provider))));
        });
        using var client = await host.SignInAsync();
        await AdminHost.CreateUserAsync(client, new { userName = "cont5" });

        for (var i = 0; i < 5; i++)
        {
            var item = (await client.GetJsonAsync("/api/admin/containers/status")).GetProperty("items")[0];
            Assert.Equal("running", item.Text("phase"));
            Assert.Equal(JsonValueKind.Null, item.GetProperty("instances")[0].GetProperty("memoryBytes").ValueKind);
        }

        Assert.InRange(broken.Calls, 1, 5);
        var user = (await client.GetJsonAsync("/api/admin/users?userName=cont5")).GetProperty("items")[0].Text("id");
        await (await client.SendAsync("GET", $"/api/admin/containers/{user}/logs")).AssertProblemAsync(503, "orchestrator_unavailable");
        var causes = (await client.GetJsonAsync($"/api/admin/containers/{user}/explain")).GetProperty("causes").EnumerateArray();
        Assert.Equal("The runtime does not answer.", Assert.Single(causes, static cause => cause.Text("code") == "runtime_notices_not_read").Text("detail"));
    }

    [Fact]
    public async Task Explain_TellsTheCausesOfTheState()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "cont6" });

        var json = await shared.Admin.GetJsonAsync($"/api/admin/containers/{user.Text("id")}/explain");

        Assert.Equal("running", json.Text("phase"));
        var codes = json.GetProperty("causes").EnumerateArray().Select(cause => cause.Text("code")).ToList();
        Assert.Equal(["phase_running", "desired_running", "awake_last_access", "awake_until_idle"], codes);
        Assert.Equal(json.GetProperty("generation").GetInt64(), json.GetProperty("observedGeneration").GetInt64());
    }

    [Fact]
    public async Task Explain_OfABusyTenant_TellsTrafficSleepLeaseAndWake()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "cont7" });
        var tenantId = user.Text("tenantId");
        var control = shared.Host.App.Services.GetRequiredService<IControlClient>();
        var busy = new TenantActivity(tenantId, DateTimeOffset.UtcNow, InFlight: 3, Forwarding: 2, Requests: 9) { AverageInFlight = 2.25 };
        await control.ReportActivityAsync(
            new ActivityReport("g1", 77, [busy], IsFull: true) { Instances = [new InstanceActivity(tenantId, "i9", "ejected", "It failed.", 1, TimeSpan.FromSeconds(30))] },
            TestContext.Current.CancellationToken);

        var json = await shared.Admin.GetJsonAsync($"/api/admin/containers/{user.Text("id")}/explain");

        Assert.Equal("cont7 is running. It does not sleep: 3 requests and streams are in flight. Gateways leave 1 of its instances out.", json.Text("summary"));
        var traffic = json.GetProperty("traffic");
        Assert.Equal((3, 2, 2.25), (traffic.GetProperty("inFlight").GetInt32(), traffic.GetProperty("forwarding").GetInt32(), traffic.GetProperty("averageInFlight").GetDouble()));
        var gateway = Assert.Single(traffic.GetProperty("gateways").EnumerateArray());
        var instance = Assert.Single(gateway.GetProperty("instances").EnumerateArray());
        Assert.Equal(("g1", 77, "ejected", 30), (gateway.Text("id"), gateway.GetProperty("appliedRevision").GetInt32(), instance.Text("state"), instance.GetProperty("outForSeconds").GetInt32()));
        Assert.Equal(["requests_in_flight", "idle_time_left"], json.GetProperty("sleep").GetProperty("blockedBy").EnumerateArray().Select(static blocker => blocker.Text("code")));
        Assert.Equal(900, json.GetProperty("sleep").GetProperty("idleTimeoutSeconds").GetInt32());
        Assert.Equal("create", json.GetProperty("lastWake").Text("kind"));
        Assert.True(json.GetProperty("lease").GetProperty("actsHere").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("lastFailure").ValueKind);
        await control.ReportActivityAsync(new ActivityReport("g1", 78, [], IsFull: true), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("tail=-1")]
    [InlineData("since=now")]
    [InlineData("follow=yes")]
    public async Task Logs_WithWrongQuery_AreRefused(string query) =>
        await (await shared.Admin.SendAsync("GET", "/api/admin/containers/nobody/logs?" + query)).AssertProblemAsync(400, "validation_failed");
}
