namespace TenantKit.Gateway.Forwarding;

/// <summary>Gives every request an empty body that is seen to be sent, so that the client below never sends a request again by itself.</summary>
/// <remarks>
/// The client repeats a request without content up to three times when its connection closes before the answer. Whether to repeat is for
/// the gateway to decide: it knows the method, its budget and the other instances.
/// </remarks>
internal sealed class SingleDeliveryHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null && !request.Headers.NonValidated.Contains("Upgrade"))
        {
            request.Content = EmptyContent.Instance;
        }

        return base.SendAsync(request, cancellationToken);
    }
}
