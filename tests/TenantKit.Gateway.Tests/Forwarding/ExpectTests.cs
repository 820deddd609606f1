using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.Forwarding;

/// <summary>Expect: 100-continue (RFC 9110, 10.1.1): the app decides whether it wants the body, and the client hears it before it sends.</summary>
/// <remarks>
/// The gateway waits a second for the app's word, then it asks for the body itself: some apps say nothing before they have it. A body of at most 1 KiB is
/// taken after a refusal too, which keeps the connection to the app usable.
/// </remarks>
public sealed class ExpectTests
{
    private const int Length = 4096;

    [Fact]
    public async Task Body_ThatTheAppHasNotAskedFor_IsNotAskedForByTheGateway()
    {
        await using var host = await GatewayHost.StartAsync();
        using var meeting = await Meeting.BeginAsync(host);

        Assert.Contains("Expect: 100-continue", await meeting.App.ReadHeadAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.True(meeting.Client.IsSilent(TimeSpan.FromMilliseconds(200)), "the gateway asked for the body before the app did");

        await meeting.App.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 Continue", await meeting.Client.ReadHeadAsync(), StringComparison.Ordinal);
        await meeting.Client.SendAsync(new string('b', Length));
        Assert.Equal(new string('b', Length), await meeting.App.ReadAsync(Length));
        await meeting.App.SendAsync("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 201 Created", await meeting.Client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_ByTheApp_ReachesAClientThatHasSentNothing()
    {
        await using var host = await GatewayHost.StartAsync();
        using var meeting = await Meeting.BeginAsync(host);
        await meeting.App.ReadHeadAsync();

        await meeting.App.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403 Forbidden", await meeting.Client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    /// <summary>A client and an app that speak by hand, with the gateway between them.</summary>
    private sealed class Meeting(Wire client, Wire app, TcpListener listener) : IDisposable
    {
        public Wire Client => client;

        public Wire App => app;

        public static async Task<Meeting> BeginAsync(GatewayHost host)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var tenant = await host.AddTenantAsync(RouteState.Asleep, change: route => route with
            {
                State = RouteState.Active,
                Instances = [new RouteInstance($"01raw{Guid.NewGuid():N}"[..26], listener.LocalEndpoint.ToString()!, false, InstanceClaim.Ready, default, null)],
                Probe = new ProbeSettings { Kind = ProbeKind.Tcp, Interval = TimeSpan.FromHours(1) },
            });
            (await listener.AcceptTcpClientAsync()).Dispose(); // the probe
            await tenant.ReadyAsync();
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, host.Url.Port);
            var wire = new Wire(client);
            await wire.SendAsync($"POST /t/{tenant.Name}/orders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\nExpect: 100-continue\r\nContent-Length: {Length}\r\n\r\n");
            return new Meeting(wire, new Wire(await listener.AcceptTcpClientAsync()), listener);
        }

        public void Dispose()
        {
            client.Dispose();
            app.Dispose();
            listener.Dispose();
        }
    }

    private sealed class Wire(TcpClient tcp) : IDisposable
    {
        private readonly NetworkStream stream = tcp.GetStream();

        public async Task SendAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

        public async Task<string> ReadAsync(int count)
        {
            var buffer = new byte[count];
            await stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            return Encoding.Latin1.GetString(buffer);
        }

        public async Task<string> ReadHeadAsync()
        {
            var head = new StringBuilder();
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                head.Append(await ReadAsync(1));
            }

            return head.ToString();
        }

        /// <summary>True when nothing comes for that long.</summary>
        public bool IsSilent(TimeSpan time) => !tcp.Client.Poll(time, SelectMode.SelectRead);

        public void Dispose() => tcp.Dispose();
    }
}
