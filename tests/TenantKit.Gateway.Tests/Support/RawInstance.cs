using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Routing;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>An instance that answers with bytes of a test's own, right or wrong. Each connection's requests are counted and answered in turn.</summary>
internal sealed class RawInstance : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, string?> answer;
    private int requests;

    /// <param name="answer">The bytes (Latin-1) for the nth request; null hangs up. A text that ends with <c>\uFFFF</c> hangs up after it.</param>
    public RawInstance(Func<int, string?> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Requests => Volatile.Read(ref requests);

    public RouteInstance Instance(string id) => new(id, listener.LocalEndpoint.ToString()!, false, InstanceClaim.Ready, default, null);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var buffer = new byte[65536];
            var head = new StringBuilder();
            try
            {
                int read;
                while ((read = await stream.ReadAsync(buffer)) > 0)
                {
                    head.Append(Encoding.Latin1.GetString(buffer, 0, read));
                    if (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                    {
                        continue;
                    }

                    head.Clear();
                    if (answer(Interlocked.Increment(ref requests)) is not { } text)
                    {
                        return;
                    }

                    await stream.WriteAsync(Encoding.Latin1.GetBytes(text.TrimEnd('\uFFFF')));
                    if (text.EndsWith('\uFFFF'))
                    {
                        return;
                    }
                }
            }
            catch (IOException)
            {
                // The gateway hung up.
            }
        }
    }
}
