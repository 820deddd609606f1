using System.Net;
using System.Net.Sockets;

namespace TenantKit.Benchmarks.Reports;

/// <summary>Answers every packet that ends a head with the same bytes, and allocates nothing for it.</summary>
internal sealed class RawBackend : IDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"u8.ToArray();

    private readonly Socket listener = new(SocketType.Stream, ProtocolType.Tcp);

    public RawBackend()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _ = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}";

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }

    private static async Task ServeAsync(Socket client)
    {
        var buffer = new byte[8192];
        using (client)
        {
            client.NoDelay = true;
            int read;
            while ((read = await client.ReceiveAsync(buffer)) > 0)
            {
                if (buffer.AsSpan(0, read).EndsWith("\r\n\r\n"u8))
                {
                    await client.SendAsync(Answer);
                }
            }
        }
    }
}
