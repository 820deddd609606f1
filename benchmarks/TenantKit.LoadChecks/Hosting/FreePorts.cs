using System.Net;
using System.Net.Sockets;

namespace TenantKit.LoadChecks.Hosting;

/// <summary>Ports that nobody listens on now, below those that the system gives to outgoing connections.</summary>
internal static class FreePorts
{
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
