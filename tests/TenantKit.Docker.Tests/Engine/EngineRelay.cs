using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>Stands between an orchestrator and its engine, and lets the engine be gone for that one.</summary>
internal sealed class EngineRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Socket, byte> open = [];
    private readonly Uri engine;
    private readonly Task accepting;
    private volatile bool isDown;

    public EngineRelay(Uri engine)
    {
        this.engine = engine;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>The engine is gone: what is open is cut, and nothing new is let through.</summary>
    public void TakeAway()
    {
        isDown = true;
        foreach (var socket in open.Keys)
        {
            socket.Close();
        }
    }

    public void BringBack() => isDown = false;

    public async ValueTask DisposeAsync()
    {
        TakeAway();
        await stopping.CancelAsync();
        await accepting;
        listener.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(stopping.Token);
                open.TryAdd(client, 0);
                if (isDown)
                {
                    End(client);
                }
                else
                {
                    _ = ServeAsync(client);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void End(Socket client)
    {
        client.Close();
        open.TryRemove(client, out _);
    }

    private async Task ServeAsync(Socket client)
    {
        var isLocal = engine.Scheme == "unix";
        using var server = isLocal ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(isLocal ? new UnixDomainSocketEndPoint(engine.AbsolutePath) : new DnsEndPoint(engine.Host, engine.Port), stopping.Token);
            await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The engine does not take it: the client sees its connection end.
        }

        End(client);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer, stopping.Token) is var count and > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stopping.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send); // one way alone has ended
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            from.Close();
            to.Close();
        }
    }
}
