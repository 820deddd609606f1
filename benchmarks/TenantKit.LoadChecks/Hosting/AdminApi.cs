using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TenantKit.LoadChecks.Hosting;

/// <summary>An administrator with an HTTP client, and nothing of TenantKit's own.</summary>
internal sealed class AdminApi : IDisposable
{
    private readonly HttpClient http;

    private AdminApi(HttpClient http, string token) => (this.http, Token) = (http, token);

    /// <summary>The administrator's access token, with which every tenant may be entered.</summary>
    public string Token { get; }

    public static async Task<AdminApi> SignInAsync(string url, string password)
    {
        var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        var token = await SignInAsync(http, "admin", password);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new AdminApi(http, token);
    }

    /// <summary>Publishes a template; <paramref name="more"/> are further members of it.</summary>
    public async Task CreateTemplateAsync(string name, string[] command, JsonObject? more = null)
    {
        var body = more ?? [];
        (body["name"], body["image"]) = (name, "load-check");
        body["command"] = new JsonArray([.. command.Select(static part => (JsonNode)part)]);
        using var answer = await http.PostAsJsonAsync("/api/admin/templates", body);
        await CheckAsync(answer);
    }

    /// <summary>Creates a user with a tenant of the same name, waits until it runs, and signs the user in.</summary>
    public async Task<TenantUser> CreateTenantAsync(string name, string template)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/users") { Content = JsonContent.Create(new { userName = name, tenant = new { name, template } }) };
        request.Headers.Add("Prefer", "wait=120");
        using var answer = await http.SendAsync(request);
        var created = await CheckAsync(answer);
        var password = created.GetProperty("credentials").GetProperty("password").GetString()!;
        return new TenantUser(name, created.GetProperty("id").GetString()!, created.GetProperty("tenantId").GetString()!, await SignInAsync(http, name, password));
    }

    /// <summary><c>start</c>, <c>stop</c> or <c>restart</c>; true when it was accepted, or done where it is waited for.</summary>
    public async Task<bool> CommandAsync(string userId, string verb, int wait = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/admin/containers/{userId}/{verb}");
        if (wait > 0)
        {
            request.Headers.Add("Prefer", $"wait={wait}");
        }

        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The running instances of a tenant: id and endpoint.</summary>
    public async Task<List<(string Id, string Endpoint)>> ReadyInstancesAsync(string userId)
    {
        var page = await http.GetFromJsonAsync<JsonElement>($"/api/admin/containers/status?userId={userId}");
        return [.. page.GetProperty("items").EnumerateArray().SelectMany(static item => item.GetProperty("instances").EnumerateArray())
            .Where(static instance => instance.GetProperty("state").GetString() == "ready")
            .Select(static instance => (instance.GetProperty("id").GetString()!, instance.GetProperty("endpoint").GetString()!))];
    }

    /// <summary>Tenants by phase.</summary>
    public async Task<Dictionary<string, int>> CountPhasesAsync()
    {
        var phases = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var path = "/api/admin/containers/status?limit=500"; path is not null;)
        {
            var page = await http.GetFromJsonAsync<JsonElement>(path);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var phase = item.GetProperty("phase").GetString()!;
                phases[phase] = phases.GetValueOrDefault(phase) + 1;
            }

            path = page.GetProperty("nextCursor").GetString() is { } cursor ? $"/api/admin/containers/status?limit=500&cursor={Uri.EscapeDataString(cursor)}" : null;
        }

        return phases;
    }

    public void Dispose() => http.Dispose();

    private static async Task<string> SignInAsync(HttpClient http, string userName, string password)
    {
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { userName, password });
        return (await CheckAsync(answer)).GetProperty("accessToken").GetString()!;
    }

    private static async Task<JsonElement> CheckAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement.Clone() : throw new InvalidOperationException($"{answer.RequestMessage?.RequestUri}: {text}");
    }
}
