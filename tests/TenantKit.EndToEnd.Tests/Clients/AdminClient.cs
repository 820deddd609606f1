using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests.Clients;

/// <summary>An administrator with an HTTP client, and nothing of TenantKit's own.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient http;
    private readonly HostSettings settings;

    private AdminClient(HttpClient http, HostSettings settings)
    {
        this.http = http;
        this.settings = settings;
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<AdminClient> SignInAsync(HostSettings settings, string password = HostSettings.Password)
    {
        var http = new HttpClient { BaseAddress = new Uri(settings.AdminUrl), Timeout = TimeSpan.FromMinutes(5) };
        var client = new AdminClient(http, settings);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await client.TokenAsync("admin", password));
        return client;
    }

    public async Task<string> TokenAsync(string userName, string password)
    {
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { userName, password }, Cancelled);
        return (await ReadAsync<SignedIn>(answer, HttpStatusCode.OK)).AccessToken;
    }

    public async Task<CreatedUser> CreateUserAsync(string name, string? template = null, int wait = 60)
    {
        var body = new { userName = name, tenant = new { name, template } };
        using var answer = await SendAsync(HttpMethod.Post, "/api/admin/users", body, wait);
        return await ReadAsync<CreatedUser>(answer, HttpStatusCode.Created);
    }

    /// <summary>Creates a user and signs it in.</summary>
    public async Task<TenantClient> CreateTenantAsync(string name, string? template = null)
    {
        var user = await CreateUserAsync(name, template);
        Assert.Equal("running", user.Container.Phase);
        return await EnterAsync(user);
    }

    /// <summary>Signs a user in.</summary>
    public async Task<TenantClient> EnterAsync(CreatedUser user) =>
        new(user, name: user.UserName, await TokenAsync(user.Credentials.UserName, user.Credentials.Password!), settings);

    public Task<HttpResponseMessage> DeleteUserAsync(string userId, int wait = 60) => SendAsync(HttpMethod.Delete, $"/api/admin/users/{userId}", null, wait);

    public Task<HttpResponseMessage> StartAsync(string userId, int wait = 60) => SendAsync(HttpMethod.Post, $"/api/admin/containers/{userId}/start", null, wait);

    public async Task StopAsync(string userId)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/api/admin/containers/{userId}/stop", null, wait: 60);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("sleeping", (await FindStatusAsync(userId))?.Phase);
    }

    public async Task CreateTemplateAsync(string name, string? idleTimeout = null)
    {
        using var answer = await SendAsync(HttpMethod.Post, "/api/admin/templates", new { name, image = "business-app:latest", idleTimeout }, wait: 0);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    public async Task<ContainerStatus?> FindStatusAsync(string userId)
    {
        var page = await http.GetFromJsonAsync<Listing<ContainerStatus>>($"/api/admin/containers/status?userId={userId}", Cancelled);
        return page!.Items.SingleOrDefault();
    }

    public Task<List<ContainerStatus>> ListStatusAsync() => ListAsync<ContainerStatus>("/api/admin/containers/status?limit=500");

    public Task<List<JsonElement>> ListUsersAsync() => ListAsync<JsonElement>("/api/admin/users?limit=500");

    public Task<List<AuditRow>> ListAuditAsync(string target) => ListAsync<AuditRow>($"/api/admin/audit?target={Uri.EscapeDataString(target)}&limit=500");

    public async Task<ContainerStatus> WaitForPhaseAsync(string userId, string phase, TimeSpan within) =>
        (await Eventually.GetAsync($"{userId} is {phase}", within, () => FindStatusAsync(userId), status => status?.Phase == phase))!;

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, int wait)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (wait > 0)
        {
            request.Headers.Add("Prefer", $"wait={wait}");
        }

        return await http.SendAsync(request, Cancelled);
    }

    public void Dispose() => http.Dispose();

    private async Task<List<T>> ListAsync<T>(string path)
    {
        var all = new List<T>();
        for (var next = path; next is not null;)
        {
            var page = (await http.GetFromJsonAsync<Listing<T>>(next, Cancelled))!;
            all.AddRange(page.Items);
            next = page.NextCursor is null ? null : $"{path}&cursor={Uri.EscapeDataString(page.NextCursor)}";
        }

        return all;
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, HttpStatusCode expected)
    {
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancelled)}");
        return (await answer.Content.ReadFromJsonAsync<T>(Cancelled))!;
    }
}
