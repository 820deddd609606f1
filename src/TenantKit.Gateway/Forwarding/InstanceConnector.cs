using System.Net.Sockets;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Health;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Connects to an instance by its id. An id that is in no route has no address, so an address that passed to another instance is never reached by the old id.</summary>
internal sealed class InstanceConnector(FleetTable fleets, IOptions<TenantGatewayOptions> options, TimeProvider time)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (!fleets.TryGetInstance(context.DnsEndPoint.Host, out var slot))
        {
            throw new IOException("The instance has left its route.");
        }

        var socket = new Socket(slot.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var expiry = new CancellationTokenSource(options.Value.ConnectTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            KeepAlive(socket);
            await socket.ConnectAsync(slot.Endpoint, linked.Token);
            var proof = await slot.Proof!.AskAsync().WaitAsync(cancellationToken);
            if (!proof.Passed)
            {
                throw new IOException($"Whoever answers at the instance's address does not prove to be it: {proof.Problem}");
            }

            return new BatchedStream(socket, time);
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A node that vanished without a word is noticed within half a minute.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
