using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests.Clients;

/// <summary>A tenant's user with an HTTP client. Its tenant is named by the token unless a call says otherwise.</summary>
internal sealed class TenantClient(CreatedUser user, string name, string token, HostSettings settings) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(settings.GatewayUrl), Timeout = TimeSpan.FromMinutes(2) };

    public CreatedUser User => user;

    public string Name => name;

    public string Token => token;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The value of the Host header that names this tenant.</summary>
    public string HostName => $"{name}.localhost:{settings.GatewayPort}";

    public IReadOnlyList<int> Processes() => TenantProcesses.Of(settings.DataDirectory, user.TenantId);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? host = null, string? otherToken = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", otherToken ?? token);
        request.Headers.Host = host;
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    public async Task<WhoAmI> WhoAmIAsync(string prefix = "", string? host = null)
    {
        using var answer = await SendAsync(HttpMethod.Get, prefix + "/api/whoami", host: host);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancelled)}");
        return (await answer.Content.ReadFromJsonAsync<WhoAmI>(Cancelled))!;
    }

    /// <summary>Places an order; null when it was not answered with 201.</summary>
    public async Task<Order?> TryPlaceOrderAsync(string customer)
    {
        var body = new { customer, lines = new[] { new { product = "Tea", quantity = 2, unitPrice = 3.50m } } };
        using var answer = await SendAsync(HttpMethod.Post, "/api/orders", body);
        return answer.StatusCode == HttpStatusCode.Created ? await answer.Content.ReadFromJsonAsync<Order>(Cancelled) : null;
    }

    public async Task<Order> PlaceOrderAsync(string customer)
    {
        var order = await TryPlaceOrderAsync(customer);
        Assert.NotNull(order);
        return order;
    }

    public async Task<List<Order>> ListOrdersAsync()
    {
        var all = new List<Order>();
        for (var path = "/api/orders?limit=200"; path is not null;)
        {
            using var answer = await SendAsync(HttpMethod.Get, path);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancelled)}");
            var page = (await answer.Content.ReadFromJsonAsync<Listing<Order>>(Cancelled))!;
            all.AddRange(page.Items);
            path = page.NextCursor is null ? null : $"/api/orders?limit=200&cursor={Uri.EscapeDataString(page.NextCursor)}";
        }

        return all;
    }

    public async Task<ClientWebSocket> OpenEchoAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{settings.GatewayPort}/ws/echo"), Cancelled);
        return socket;
    }

    public void Dispose() => http.Dispose();
}
