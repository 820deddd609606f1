using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Templates;

namespace TenantKit.Admin.Tests.Hosting;

/// <summary>The Admin API with the real management, control loop, in-memory store and in-memory orchestrator.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    public const string AdminPassword = "an-admin-password-for-tests";

    private readonly DirectoryInfo folder;

    private AdminHost(WebApplication app, DirectoryInfo folder)
    {
        App = app;
        this.folder = folder;
    }

    public WebApplication App { get; }

    public ITenantStore Store => App.Services.GetRequiredService<ITenantStore>();

    public string Folder => folder.FullName;

    public static async Task<AdminHost> StartAsync(
        Action<ITenantKitBuilder>? configure = null, Dictionary<string, string?>? settings = null, DirectoryInfo? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("tenantkit-admin-");
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["TenantKit:DataDirectory"] = folder.FullName,
            ["TenantKit:BootstrapAdmin:Password"] = AdminPassword,
            ["TenantKit:Admin:SignInsPerMinute"] = "100000",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        var kit = builder.Services.AddTenantKit().AddTenantAdmin();
        builder.Services.Configure<PasswordHasherOptions>(static options => options.IterationCount = 1_000);
        builder.Services.Replace(ServiceDescriptor.Singleton<IInstanceProbe, WillingProbe>());
        builder.Services.AddSingleton(new TemplateSeed(new Template { Name = "default", Version = 1, Image = "app", CreatedAt = default }));
        configure?.Invoke(kit);
        var app = builder.Build();
        app.MapTenantAdmin();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new AdminHost(app, folder);
    }

    public HttpClient Anonymous() => App.GetTestClient();

    public async Task<HttpClient> SignInAsync(string userName = "admin", string password = AdminPassword)
    {
        var client = Anonymous();
        var answer = await client.PostAsJsonAsync("/api/auth/login", new { userName, password }, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.JsonAsync()).GetProperty("accessToken").GetString());
        return client;
    }

    /// <summary>Creates a user, waits until its container runs, and gives the answer.</summary>
    public static async Task<JsonElement> CreateUserAsync(HttpClient client, object body, bool wait = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/users") { Content = JsonContent.Create(body) };
        if (wait)
        {
            request.Headers.Add("Prefer", "wait=30");
        }

        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var json = await answer.JsonAsync();
        Assert.True((int)answer.StatusCode == 201, json.ToString());
        return json;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(CancellationToken.None); // Disposing alone waits for nothing, and the work behind may write into the folder yet.
        await App.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
