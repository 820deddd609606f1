using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>Sends requests as they are: what a person with kubectl does.</summary>
internal sealed class AdminApi(KubernetesClientConfiguration settings) : IDisposable
{
    private readonly k8s.Kubernetes client = new(settings);

    public void Dispose() => client.Dispose();

    public async Task<(int Code, JsonNode? Body)> SendAsync(string method, string path, string? body = null, string contentType = "application/json")
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), new Uri(client.BaseUri, path));
        if (body is not null)
        {
            message.Content = new StringContent(body, Encoding.UTF8);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        if (client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(message, TestContext.Current.CancellationToken);
        }

        using var response = await client.HttpClient.SendAsync(message, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    /// <summary>Sends, and expects that it is done.</summary>
    public async Task<JsonNode> DoAsync(string method, string path, object? body = null, string contentType = "application/json")
    {
        var (code, answer) = await SendAsync(method, path, body is null ? null : body as string ?? KubernetesJson.Serialize(body), contentType);
        Assert.True(code is >= 200 and < 300, $"{method} {path}: {code} {answer?["message"]}");
        return answer ?? new JsonObject();
    }
}
