using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace TenantKit.Admin.Tests.Hosting;

internal static class HttpExtensions
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        var json = await answer.JsonAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {json}");
        return json;
    }

    public static Task<HttpResponseMessage> SendAsync(
        this HttpClient client, string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body switch
            {
                null => null,
                string text => new StringContent(text, Encoding.UTF8, "application/json"),
                HttpContent content => content,
                _ => JsonContent.Create(body),
            },
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts a problem answer, and gives it.</summary>
    public static async Task<JsonElement> AssertProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var json = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, json.GetProperty("code").GetString());
        Assert.Equal(status, json.GetProperty("status").GetInt32());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        return json;
    }

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
