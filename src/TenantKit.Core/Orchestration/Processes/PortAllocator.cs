using System.Net;
using System.Net.Sockets;
using TenantKit.Tenants;

namespace TenantKit.Orchestration.Processes;

/// <summary>
/// Hands out free ports on 127.0.0.1 and gives none twice while its instance lives. Between the look and the app's own bind somebody else may
/// take the port: that shows as an exit of the app, and its next start gets another one.
/// </summary>
internal sealed class PortAllocator
{
    private const int Attempts = 100;
    private readonly Lock gate = new();
    private readonly HashSet<int> reserved = [];

    public int Reserve()
    {
        lock (gate)
        {
            for (var i = 0; i < Attempts; i++)
            {
                var port = FindFree();
                if (reserved.Add(port))
                {
                    return port;
                }
            }
        }

        throw new OrchestratorException(
            StatusReasons.CapacityExhausted, "No free port was found on 127.0.0.1. Stop other programs or tenants, or widen net.ipv4.ip_local_port_range.", isTransient: true);
    }

    /// <summary>Keeps the port of an instance that runs already.</summary>
    public void Keep(int port)
    {
        lock (gate)
        {
            reserved.Add(port);
        }
    }

    public void Release(int port)
    {
        lock (gate)
        {
            reserved.Remove(port);
        }
    }

    private static int FindFree()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }
        catch (SocketException e)
        {
            throw new OrchestratorException(StatusReasons.CapacityExhausted, $"No port can be had on 127.0.0.1: {e.Message}.", isTransient: true, e);
        }

        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
