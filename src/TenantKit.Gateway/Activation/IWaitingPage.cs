using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Activation;

/// <summary>Writes the page that a person sees while a tenant starts. A host that wants another one than the built-in registers its own with <c>UseWaitingPage</c>.</summary>
/// <remarks>Called for many requests at the same time. It must not block: see <c>UseTenantGatewayKestrel(dedicated: true)</c>.</remarks>
public interface IWaitingPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="http">The request. Status (503), <c>Retry-After</c> and <c>Cache-Control</c> are set already.</param>
    /// <param name="context">What there is to tell.</param>
    /// <returns>A task that ends when the page is written.</returns>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    Task WriteAsync(HttpContext http, WaitingPageContext context);
}
