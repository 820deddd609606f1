using System.Globalization;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Anonymous;

/// <summary>What comes to a tenant from those who have no business there: crawlers, health checks, scanners, wrong and forged tokens, browsers without a session.</summary>
internal sealed class StrangerCalls(int port, string foreignToken)
{
    private const string Browser = "Accept: text/html,application/xhtml+xml\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nUser-Agent: Mozilla/5.0\r\n";

    private readonly string host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    private readonly string forged = foreignToken[..^8] + "AAAAAAAA";

    public static int Kinds => 12;

    /// <summary>A request of a kind to a tenant.</summary>
    public byte[] Make(int kind, string tenant) => kind switch
    {
        0 => RequestBytes.Make("GET", $"/t/{tenant}/api/orders", host, null),
        1 => RequestBytes.Make("GET", "/", string.Create(CultureInfo.InvariantCulture, $"{tenant}.localhost:{port}"), null, null, Browser),
        2 => RequestBytes.Make("GET", $"/t/{tenant}/healthz/ready", host, null, null, "User-Agent: kube-probe/1.33\r\n"),
        3 => RequestBytes.Make("HEAD", $"/t/{tenant}/healthz/live", host, null, null, "User-Agent: ELB-HealthChecker/2.0\r\n"),
        4 => RequestBytes.Make("GET", $"/t/{tenant}/robots.txt", host, null, null, "User-Agent: Googlebot/2.1\r\n"),
        5 => RequestBytes.Make("GET", $"/t/{tenant}{Sleepers.PublicPath}/page", host, null, null, "User-Agent: bingbot/2.0\r\n"),
        6 => RequestBytes.Make("GET", $"/t/{tenant}/api/orders", host, "not-a-token"),
        7 => RequestBytes.Make("GET", $"/t/{tenant}/api/orders", host, forged),
        8 => RequestBytes.Make("GET", $"/t/{tenant}/api/orders", host, foreignToken),
        9 => RequestBytes.Make("POST", $"/t/{tenant}/api/orders", host, null, "{\"customer\":\"nobody\"}"u8.ToArray()),
        10 => RequestBytes.Make("GET", $"/t/{tenant}/", host, null, null, Browser + "Cookie: __Host-tk=stolen; tk=stolen\r\n"),
        _ => RequestBytes.Make("GET", $"/t/{tenant}/ws/echo", host, null, null, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
    };
}
