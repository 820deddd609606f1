using System.Net;
using System.Net.Sockets;

namespace TenantKit.Remote.Tests;

/// <summary>A server on its way out: takes each connection and resets it at once, often before the client has looked at it.</summary>
internal sealed class ResettingListener : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int taken;

    public ResettingListener()
    {
        listener.Start();
        Url = new Uri($"http://{listener.LocalEndpoint}");
        _ = ResetAsync();
    }

    public Uri Url { get; }

    public int Taken => Volatile.Read(ref taken);

    public void Dispose() => listener.Dispose();

    private async Task ResetAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                Interlocked.Increment(ref taken);
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
