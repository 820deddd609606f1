using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace TenantKit.Gateway.Tls;

/// <summary>Gives each client the certificate for the name it asks for, or refuses it.</summary>
internal static class TlsHandshake
{
    // TLS record of type alert: fatal, unrecognized_name (RFC 6066, 3). The server would hang up without a word.
    private static readonly byte[] UnrecognizedName = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70];

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    public static TlsHandshakeCallbackOptions For(CertificateKeeper keeper) => new()
    {
        OnConnection = async context =>
        {
            // What follows computes a signature: not on the thread that waits for the events of all other sockets.
            await Task.Yield();
            if (keeper.Table.Find(context.ClientHelloInfo.ServerName) is not { } certificate)
            {
                await context.Connection.Transport.Output.WriteAsync(UnrecognizedName, context.CancellationToken);
                throw new AuthenticationException($"No certificate is for the name '{context.ClientHelloInfo.ServerName}'.");
            }

            return new SslServerAuthenticationOptions { ServerCertificateContext = certificate, ApplicationProtocols = Protocols };
        },
    };
}
