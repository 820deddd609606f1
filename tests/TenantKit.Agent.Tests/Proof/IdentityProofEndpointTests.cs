using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TenantKit.Agent.Tests.Fakes;

namespace TenantKit.Agent.Tests.Proof;

public sealed class IdentityProofEndpointTests
{
    private static readonly string Nonce = new('a', 63);

    [Fact]
    public async Task Proof_OfNonce_IsTheKeyedHashOfNonceTenantAndInstance()
    {
        await using var app = await AgentApp.StartAsync();

        var answer = await app.Client.GetFromJsonAsync<JsonElement>($"/.well-known/tenantkit/identity?nonce={Nonce}1", TestContext.Current.CancellationToken);

        var message = Encoding.UTF8.GetBytes($"tenantkit-probe\0{Nonce}1\0tenant-one\0instance-two");
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromHexString(AgentApp.KeyHex), message)), answer.GetProperty("proof").GetString());
        Assert.Equal("tenant-one", answer.GetProperty("tenantId").GetString());
        Assert.Equal("instance-two", answer.GetProperty("instanceId").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?nonce=")]
    [InlineData("?nonce=abc")]
    [InlineData("?nonce=gaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("?nonce=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0")]
    public async Task Proof_OfSomethingElse_IsRefused(string query)
    {
        await using var app = await AgentApp.StartAsync();

        using var answer = await app.Client.GetAsync("/.well-known/tenantkit/identity" + query, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Proof_WithoutKey_Is503AndTheAppServes()
    {
        await using var app = await AgentApp.StartAsync(settings: new Dictionary<string, string?> { ["TENANTKIT_KEY_FILE"] = "/does/not/exist" });

        using var proof = await app.Client.GetAsync($"/.well-known/tenantkit/identity?nonce={Nonce}1", TestContext.Current.CancellationToken);
        using var ready = await app.Client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, proof.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }
}
