namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddTenantKit()</c> returns. Everything else is an extension method on it.</summary>
public interface ITenantKitBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
