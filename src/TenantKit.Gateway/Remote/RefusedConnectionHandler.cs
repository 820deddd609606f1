using System.Net.Sockets;

namespace TenantKit.Gateway.Remote;

/// <summary>
/// A connection that the other side takes and resets at once: .NET's handler asks it for its address where nothing turns the socket's error into
/// the exception that every caller expects.
/// </summary>
internal sealed class RefusedConnectionHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (SocketException exception)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"The connection to {request.RequestUri?.Authority} was reset: {exception.Message}", exception);
        }
    }
}
