namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddTenantGateway()</c> returns. Everything else is an extension method on it.</summary>
public interface ITenantGatewayBuilder
{
    /// <summary>The gateway host's services.</summary>
    IServiceCollection Services { get; }
}
