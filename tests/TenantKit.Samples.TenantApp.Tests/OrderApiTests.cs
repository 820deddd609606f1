using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TenantKit.Samples.TenantApp.Tests;

public sealed partial class OrderApiTests(RunningApp running) : IClassFixture<RunningApp>
{
    private const string Good = """{"customer":"Anna","lines":[{"product":"Tea","quantity":2,"unitPrice":3.10}]}""";

    private AppProcess App => running.App;

    [Fact]
    public async Task WhoAmI_OfSignedCaller_TellsTenantCallerAndProcess()
    {
        var answer = await App.GetAsync("/api/whoami");

        Assert.Equal($$"""{"tenantId":"tenant-1","tenantName":"acme","userId":"user-7","userName":"anna","role":"user","instanceId":"instance-9","processId":{{App.Id}}}""", answer.GetRawText());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/whoami")]
    [InlineData("/api/customers")]
    [InlineData("/api/orders")]
    [InlineData("/api/orders/ord_1")]
    [InlineData("/api/stream?seconds=1")]
    [InlineData("/api/bytes?count=1")]
    [InlineData("/ws/echo")]
    public async Task Anonymous_OnEverythingButHealth_Is401(string path)
    {
        using var client = new HttpClient { BaseAddress = App.Client.BaseAddress };
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("1", "0.125", "0.12")]
    [InlineData("1", "0.135", "0.14")]
    [InlineData("3", "19.99", "59.97")]
    [InlineData("0.1", "0.2", "0.02")]
    [InlineData("1000000", "1000000", "1000000000000.00")]
    [InlineData("1.005", "1", "1.00")]
    [InlineData("7", "0", "0.00")]
    public async Task Total_OfOrder_IsExactAndRoundedHalfToEven(string quantity, string unitPrice, string total)
    {
        var placed = await App.PlaceAsync(quantity: quantity, unitPrice: unitPrice);
        var read = await App.GetAsync("/api/orders/" + placed.GetProperty("id").GetString());

        Assert.Equal((total, total), (placed.GetProperty("total").GetRawText(), read.GetProperty("total").GetRawText()));
    }

    [Theory]
    [InlineData("{}", "customer")]
    [InlineData("""{"customer":"Anna","lines":[]}""", "lines")]
    [InlineData("""{"customer":"Anna","lines":[null]}""", "lines[0].product")]
    [InlineData("""{"customer":" ","lines":[{"product":"Tea","quantity":1,"unitPrice":1}]}""", "customer")]
    [InlineData("""{"customer":"cus_999999","lines":[{"product":"Tea","quantity":1,"unitPrice":1}]}""", "customer")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"","quantity":1,"unitPrice":1}]}""", "lines[0].product")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":-1,"unitPrice":1}]}""", "lines[0].quantity")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":0,"unitPrice":1}]}""", "lines[0].quantity")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":1e20,"unitPrice":1}]}""", "lines[0].quantity")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":1.0001,"unitPrice":1}]}""", "lines[0].quantity")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":1,"unitPrice":-0.01}]}""", "lines[0].unitPrice")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":1,"unitPrice":0.00001}]}""", "lines[0].unitPrice")]
    public async Task Order_WithBadField_Is400NamingIt(string body, string field)
    {
        using var answer = await App.SendAsync(HttpMethod.Post, "/api/orders", body);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Equal("validation_failed", problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"customer":5,"lines":[]}""")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":"1","unitPrice":1}]}""")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":1e400,"unitPrice":1}]}""")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":1,"unitPrice":1}],"total":5}""")]
    [InlineData("""{"customer":"Anna","lines":[{"product":"Tea","quantity":1,"unitPrice":1,"id":5}]}""")]
    [InlineData("""{"customer":"\ud800","lines":[{"product":"Tea","quantity":1,"unitPrice":1}]}""")]
    public async Task Order_ThatIsNotTheJsonExpected_Is400(string body)
    {
        using var answer = await App.SendAsync(HttpMethod.Post, "/api/orders", body);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Order_OfTwoMegabytes_Is413()
    {
        // Asked first, as a client that pours its body into a closing connection need not see the answer.
        using var answer = await App.SendAsync(HttpMethod.Post, "/api/orders", $$"""{"customer":"{{new string('a', 2_000_000)}}"}""", ("Expect", "100-continue"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Order_AsText_Is415()
    {
        using var content = new StringContent(Good, null, "text/plain");
        using var answer = await App.Client.PostAsync("/api/orders", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task Order_PlacedTwiceWithOneKey_IsOne()
    {
        using var first = await App.SendAsync(HttpMethod.Post, "/api/orders", Good, ("Idempotency-Key", "key-a"));
        using var second = await App.SendAsync(HttpMethod.Post, "/api/orders", Good, ("Idempotency-Key", "key-a"));
        using var other = await App.SendAsync(HttpMethod.Post, "/api/orders", Good.Replace("Tea", "Milk", StringComparison.Ordinal), ("Idempotency-Key", "key-a"));

        Assert.Equal(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity), (second.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task Order_Changed_KeepsItsNumberAndRefusesTheLoser()
    {
        var placed = await App.PlaceAsync();
        var path = "/api/orders/" + placed.GetProperty("id").GetString();

        using var won = await App.SendAsync(HttpMethod.Put, path, Good, ("If-Match", "\"1\""));
        using var lost = await App.SendAsync(HttpMethod.Put, path, Good, ("If-Match", "\"1\""));
        var changed = await won.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (won.StatusCode, lost.StatusCode));
        Assert.Equal(placed.GetProperty("invoiceNumber").GetInt64(), changed.GetProperty("invoiceNumber").GetInt64());
        Assert.Equal("6.20", changed.GetProperty("total").GetRawText());
        Assert.Single(changed.GetProperty("lines").EnumerateArray());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Order_ThatIsNone_Is404(string method)
    {
        foreach (var id in new[] { "ord_99999999", "nonsense", "ord_-1", "ord_99999999999999999999999" })
        {
            using var answer = await App.SendAsync(new HttpMethod(method), "/api/orders/" + id);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Orders_ByCursor_AreAllAndNoneTwice()
    {
        for (var i = 0; i < 5; i++)
        {
            await App.PlaceAsync();
        }

        List<string> ids = [];
        string? cursor = null;
        do
        {
            var page = await App.GetAsync("/api/orders?limit=2" + (cursor is null ? "" : "&cursor=" + cursor));
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(order => order.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.True(ids.Count >= 5);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=x")]
    [InlineData("cursor=zz")]
    public async Task Orders_WithBadPage_Is400(string query)
    {
        using var answer = await App.SendAsync(HttpMethod.Get, "/api/orders?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Customers_Created_AreUniqueByNameAndListed()
    {
        using var created = await App.SendAsync(HttpMethod.Post, "/api/customers", """{"name":"Kai","email":"kai@example.org"}""");
        using var again = await App.SendAsync(HttpMethod.Post, "/api/customers", """{"name":"KAI"}""");
        using var bad = await App.SendAsync(HttpMethod.Post, "/api/customers", """{"name":"","email":"nowhere"}""");
        var customer = await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var list = await App.GetAsync("/api/customers?limit=500");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.BadRequest), (created.StatusCode, again.StatusCode, bad.StatusCode));
        Assert.Contains(customer.GetRawText(), list.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()));
        Assert.Equal("Kai", (await App.PlaceAsync(customer.GetProperty("id").GetString()!)).GetProperty("customer").GetString());
    }

    [Fact]
    public async Task Fault_WhenNotEnabled_DoesNotExist()
    {
        using var answer = await App.SendAsync(HttpMethod.Post, "/api/fault", """{"mode":"crash"}""");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void Log_OfTheApp_HasTheFormOfATenantsLog() =>
        Assert.All(App.Output, line => Assert.Matches(LogLine(), line));

    [GeneratedRegex(@"^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] USER_42 - \S")]
    private static partial Regex LogLine();
}
