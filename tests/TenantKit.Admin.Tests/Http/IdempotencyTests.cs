using System.Text.Json;
using TenantKit.Admin.Http;
using TenantKit.Admin.Tests.Hosting;
using TenantKit.Storage;

namespace TenantKit.Admin.Tests.Http;

public sealed class IdempotencyTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Fact]
    public async Task Create_Repeated_GivesTheFirstAnswerWithoutThePassword()
    {
        var first = await SendAsync(new { userName = "idem1" }, "key-1");
        var second = await SendAsync(new { userName = "idem1" }, "key-1");

        var (created, replayed) = (await first.JsonAsync(), await second.JsonAsync());
        Assert.Equal((201, 201), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal((created.Text("id"), first.Headers.Location), (replayed.Text("id"), second.Headers.Location));
        Assert.Equal(JsonValueKind.Null, replayed.GetProperty("credentials").GetProperty("password").ValueKind);
    }

    [Fact]
    public async Task Create_WithOtherBody_IsRefused()
    {
        await SendAsync(new { userName = "idem2" }, "key-2");

        await (await SendAsync(new { userName = "idem2b" }, "key-2")).AssertProblemAsync(422, "idempotency_mismatch");
    }

    [Fact]
    public async Task Create_TwentyAtOnceWithOneKey_MakesOne()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(new { userName = "idem3" }, "key-3")));

        foreach (var refused in answers.Where(answer => (int)answer.StatusCode != 201))
        {
            await refused.AssertProblemAsync(409, "idempotency_in_progress");
        }

        var ids = new List<string>();
        foreach (var accepted in answers.Where(answer => (int)answer.StatusCode == 201))
        {
            ids.Add((await accepted.JsonAsync()).Text("id"));
        }

        Assert.Single(ids.Distinct());
        Assert.Equal(201, (int)(await SendAsync(new { userName = "idem3" }, "key-3")).StatusCode);
    }

    [Fact]
    public async Task Create_ThatWasRefused_LeavesTheKeyFree()
    {
        await (await SendAsync(new { userName = "a b" }, "key-4")).AssertProblemAsync(400, "validation_failed");

        Assert.Equal(201, (int)(await SendAsync(new { userName = "idem4" }, "key-4")).StatusCode);
    }

    [Fact]
    public async Task Key_ThatIsNotAscii_IsRefused() =>
        await (await SendAsync(new { userName = "idem5" }, "ключ")).AssertProblemAsync(400, "idempotency_key_invalid");

    [Fact]
    public async Task Key_TooLong_IsRefused() =>
        await (await SendAsync(new { userName = "idem6" }, new string('k', 201))).AssertProblemAsync(400, "idempotency_key_invalid");

    [Fact]
    public async Task Restart_Repeated_RestartsOnce()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "idem7" });
        var path = $"/api/admin/containers/{user.Text("id")}/restart";

        var first = await shared.Admin.SendAsync("POST", path, null, ("Idempotency-Key", "key-7"), ("Prefer", "wait=30"));
        var second = await shared.Admin.SendAsync("POST", path, null, ("Idempotency-Key", "key-7"));

        Assert.Equal((200, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal((await first.JsonAsync()).ToString(), (await second.JsonAsync()).ToString());
        var tenant = await shared.Host.Store.FindTenantAsync(user.Text("tenantId"), TestContext.Current.CancellationToken);
        Assert.Equal(1, tenant!.RestartEpoch);
    }

    [Fact]
    public async Task Key_OfAnotherPath_IsAnotherKey()
    {
        var user = await AdminHost.CreateUserAsync(shared.Admin, new { userName = "idem8" });

        foreach (var verb in new[] { "stop", "start" })
        {
            var answer = await shared.Admin.SendAsync("POST", $"/api/admin/containers/{user.Text("id")}/{verb}", null, ("Idempotency-Key", "key-8"), ("Prefer", "wait=30"));
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.False(answer.Headers.Contains("Idempotency-Replayed"));
        }
    }

    [Fact]
    public void Record_OfAnAnswer_HoldsWhatIsGivenAgain()
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        var record = new IdempotencyTicket("key", "hash").ToRecord(new ApiAnswer(201, new { a = 1 }, "/there"), now, 7);

        Assert.Equal(
            new IdempotencyRecord { Key = "key", RequestHash = "hash", StatusCode = 201, Body = "{\"a\":1}", Location = "/there", CreatedAt = now, Revision = 7 },
            record);
    }

    private Task<HttpResponseMessage> SendAsync(object body, string key) =>
        shared.Admin.SendAsync("POST", "/api/admin/users", body, ("Idempotency-Key", key));
}
