using TenantKit.Admin.Tests.Hosting;

namespace TenantKit.Admin.Tests.Templates;

public sealed class TemplateEndpointTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Fact]
    public async Task Create_ThenChange_PublishesVersions()
    {
        var body = new
        {
            name = "shop",
            image = "app",
            command = new[] { "run", "--fast" },
            env = new Dictionary<string, string> { ["MODE"] = "shop" },
            port = 9000,
            resources = new { cpu = "250m", memory = "256Mi", storage = "1Gi" },
            database = "embedded",
            minReplicas = 1,
            maxReplicas = 2,
            autoscale = new { targetInFlight = 2.5, stableWindow = "00:00:30" },
            idleTimeout = "00:05:00",
            wakeOnRequest = false,
            probe = new { kind = "http", path = "/up", startTimeout = "00:00:20" },
            anonymousPaths = new[] { "/public" },
        };

        var created = await shared.Admin.SendAsync("POST", "/api/admin/templates", body);
        var json = await created.JsonAsync();

        Assert.True((int)created.StatusCode == 201, json.ToString());
        Assert.Equal("/api/admin/templates/shop", created.Headers.Location!.ToString());
        var read = await shared.Admin.GetJsonAsync("/api/admin/templates/shop");
        Assert.Equal(json.ToString(), read.ToString());
        Assert.Equal((1, "250m", "256Mi", "1Gi"), (read.GetProperty("version").GetInt32(), read.GetProperty("resources").Text("cpu"), read.GetProperty("resources").Text("memory"), read.GetProperty("resources").Text("storage")));
        Assert.Equal((2.5, "00:00:30", 2), (read.GetProperty("autoscale").GetProperty("targetInFlight").GetDouble(), read.GetProperty("autoscale").Text("stableWindow"), read.GetProperty("autoscale").GetProperty("panicThreshold").GetInt32()));
        Assert.Equal(("00:05:00", "http", "/up", "00:00:20"), (read.Text("idleTimeout"), read.GetProperty("probe").Text("kind"), read.GetProperty("probe").Text("path"), read.GetProperty("probe").Text("startTimeout")));

        var changed = await shared.Admin.SendAsync("PUT", "/api/admin/templates/shop", new { image = "app2" }, ("If-Match", created.Headers.ETag!.ToString()));
        Assert.Equal(2, (await changed.JsonAsync()).GetProperty("version").GetInt32());
        await (await shared.Admin.SendAsync("PUT", "/api/admin/templates/shop", new { image = "app3" }, ("If-Match", created.Headers.ETag!.ToString()))).AssertProblemAsync(412, "revision_stale");
        var versions = (await shared.Admin.GetJsonAsync("/api/admin/templates/shop/versions")).GetProperty("items").EnumerateArray();
        Assert.Equal([2, 1], versions.Select(version => version.GetProperty("version").GetInt32()));
        Assert.Equal("app", (await shared.Admin.GetJsonAsync("/api/admin/templates/shop/versions/1")).Text("image"));
        Assert.Contains("shop", (await shared.Admin.GetJsonAsync("/api/admin/templates")).GetProperty("items").EnumerateArray().Select(template => template.Text("name")));
    }

    [Fact]
    public async Task Delete_Withdraws_AndTheDefaultStays()
    {
        await shared.Admin.SendAsync("POST", "/api/admin/templates", new { name = "gone", image = "app" });

        Assert.Equal(204, (int)(await shared.Admin.SendAsync("DELETE", "/api/admin/templates/gone")).StatusCode);

        await (await shared.Admin.SendAsync("GET", "/api/admin/templates/gone")).AssertProblemAsync(404, "template_not_found");
        await (await shared.Admin.SendAsync("DELETE", "/api/admin/templates/gone")).AssertProblemAsync(404, "template_not_found");
        await (await shared.Admin.SendAsync("DELETE", "/api/admin/templates/default")).AssertProblemAsync(409, "template_in_use");
    }

    [Theory]
    [InlineData("{\"image\":\"app\"}", "name")]
    [InlineData("{\"name\":\"Bad Name\",\"image\":\"app\"}", "name")]
    [InlineData("{\"name\":\"x1\"}", "image")]
    [InlineData("{\"name\":\"x1\",\"image\":\"app\",\"resources\":{\"cpu\":\"-1\"}}", "resources.cpu")]
    [InlineData("{\"name\":\"x1\",\"image\":\"app\",\"resources\":{\"cpu\":500}}", "resources.cpu")]
    [InlineData("{\"name\":\"x1\",\"image\":\"app\",\"resources\":{\"memory\":\"2 Gigs\"}}", "resources.memory")]
    [InlineData("{\"name\":\"x1\",\"image\":\"app\",\"resources\":{\"storage\":\"NaN\"}}", "resources.storage")]
    [InlineData("{\"name\":\"x1\",\"image\":\"app\",\"database\":\"oracle\"}", "database")]
    [InlineData("{\"name\":\"x1\",\"image\":\"app\",\"idleTimeout\":\"soon\"}", "idleTimeout")]
    public async Task Create_WithWrongField_NamesIt(string body, string field)
    {
        var problem = await (await shared.Admin.SendAsync("POST", "/api/admin/templates", body)).AssertProblemAsync(400, "validation_failed");

        Assert.Equal(field, problem.GetProperty("errors").EnumerateObject().Single().Name);
    }

    [Fact]
    public async Task Create_WithTakenName_IsRefused() =>
        await (await shared.Admin.SendAsync("POST", "/api/admin/templates", new { name = "default", image = "app" })).AssertProblemAsync(409, "template_name_taken");

    [Fact]
    public async Task Update_WithAnotherName_IsRefused() =>
        await (await shared.Admin.SendAsync("PUT", "/api/admin/templates/default", new { name = "other", image = "app" })).AssertProblemAsync(400, "validation_failed");
}
