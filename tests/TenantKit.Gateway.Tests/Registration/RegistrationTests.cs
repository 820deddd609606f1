using System.Net;
using System.Text;
using TenantKit.Control;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.Registration;

public sealed class RegistrationTests : IAsyncLifetime
{
    private static readonly string Token = new('a', 64);
    private static int instances;
    private GatewayHost host = null!;

    public async ValueTask InitializeAsync() => host = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Registration_ThatIsWhole_IsPassedOn()
    {
        var response = await PostAsync(Body("i-1"));

        Assert.Equal("{\"heartbeatSeconds\":10}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(new InstanceRegistration("t1", "i-1", Token, InstanceClaim.Ready, 8080, "/healthz/ready", "127.0.0.1"), Assert.Single(host.Control.Registrations));
    }

    [Theory]
    [InlineData(RegistrationOutcome.Unauthenticated, 401, "registration_unauthenticated")]
    [InlineData(RegistrationOutcome.Mismatch, 403, "registration_mismatch")]
    [InlineData(RegistrationOutcome.Stale, 409, "instance_stale")]
    [InlineData(RegistrationOutcome.TenantDeleted, 410, "tenant_deleted")]
    [InlineData(RegistrationOutcome.NotYetKnown, 503, "instance_not_yet_known")]
    public async Task Registration_ThatIsRefused_SaysWhy(RegistrationOutcome outcome, int status, string code)
    {
        host.Control.OnRegister = _ => new RegistrationAnswer(outcome, "Because.");

        await GatewayHost.AssertProblemAsync(await PostAsync(Body()), status, code);
    }

    [Theory]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":0,\"healthPath\":\"/h\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":65536,\"healthPath\":\"/h\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":1,\"healthPath\":\"//h\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":1,\"healthPath\":\"http://x/\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":1,\"healthPath\":\"/a/../b\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":1,\"healthPath\":\"/a?b\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"king\",\"port\":1,\"healthPath\":\"/h\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":1,\"healthPath\":\"/h\",\"ip\":\"10.0.0.1\"}")]
    [InlineData("{\"instanceId\":\"i\",\"claim\":\"ready\",\"port\":1,\"healthPath\":\"/h\"}")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[[[[[[[[]]]]]]]]")]
    public async Task Registration_ThatIsNotValid_Is400(string body)
    {
        await GatewayHost.AssertProblemAsync(await PostAsync(body), 400, "invalid_registration");
        Assert.Empty(host.Control.Registrations);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer abc")]
    [InlineData("Instance short")]
    [InlineData("Instance")]
    public async Task Registration_WithoutAToken_Is401(string? authorization) =>
        await GatewayHost.AssertProblemAsync(await PostAsync(Body(), authorization), 401, "registration_unauthenticated");

    [Fact]
    public async Task Registration_TooLong_Is413() =>
        await GatewayHost.AssertProblemAsync(await PostAsync(Body() + new string(' ', 5000)), 413, "body_too_large");

    [Fact]
    public async Task Registration_TenAtOnce_AreLimitedPerInstance()
    {
        var responses = new List<HttpResponseMessage>();
        for (var i = 0; i < 10; i++)
        {
            responses.Add(await PostAsync(Body("busy")));
        }

        Assert.InRange(responses.Count(response => response.StatusCode == HttpStatusCode.OK), 5, 7);
        await GatewayHost.AssertProblemAsync(responses.First(response => (int)response.StatusCode == 429), 429, "too_many_registrations");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Body("calm"))).StatusCode);
    }

    [Fact]
    public async Task Registration_OnThePublicListener_DoesNotExist()
    {
        var response = await PostAsync(Body(), $"Instance {Token}", host.Url, $"{host.InternalUrl.Authority}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(host.Control.Registrations);
    }

    [Fact]
    public async Task Tenants_OnTheInternalListener_DoNotExist()
    {
        var tenant = await host.AddTenantAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.InternalUrl, $"/t/{tenant.Name}/echo"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {tenant.Token}");

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var ready = await host.Client.GetAsync(new Uri(host.InternalUrl, "/healthz/ready"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (response.StatusCode, ready.StatusCode));
    }

    private static string Body(string? instance = null) =>
        $"{{\"tenantId\":\"t1\",\"instanceId\":\"{instance ?? $"x{Interlocked.Increment(ref instances)}"}\",\"claim\":\"ready\",\"port\":8080,\"healthPath\":\"/healthz/ready\"}}";

    private Task<HttpResponseMessage> PostAsync(string body) => PostAsync(body, $"Instance {Token}");

    private Task<HttpResponseMessage> PostAsync(string body, string? authorization, Uri? at = null, string? hostHeader = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(at ?? host.InternalUrl, WireProtocol.RegisterPath))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Host = hostHeader;
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
