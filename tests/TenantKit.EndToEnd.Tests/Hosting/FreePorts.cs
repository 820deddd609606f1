using System.Net;
using System.Net.Sockets;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>
/// Ports that nobody listens on now. They are below those from which the system gives outgoing connections theirs: so none is taken between the
/// choice and the use, or while a host is restarted.
/// </summary>
internal static class FreePorts
{
    public static int[] Take(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            if (IsFree(port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
