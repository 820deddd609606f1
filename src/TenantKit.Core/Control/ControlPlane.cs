using Microsoft.Extensions.DependencyInjection;
using TenantKit.Activity;
using TenantKit.Management;
using TenantKit.Storage;

namespace TenantKit.Control;

/// <summary>The control plane as gateways in the same process call it.</summary>
internal sealed class ControlPlane(ITenantManager manager, ActivityTracker activity, InstanceRegistrar registrar, IServiceProvider services) : IControlClient
{
    public Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken) =>
        GuardAsync(() => manager.WakeAsync(request, cancellationToken));

    public Task ReportActivityAsync(ActivityReport report, CancellationToken cancellationToken)
    {
        activity.Take(report);
        return Task.CompletedTask;
    }

    public Task<RegistrationAnswer> RegisterInstanceAsync(InstanceRegistration registration, CancellationToken cancellationToken) =>
        GuardAsync(() => registrar.RegisterAsync(registration, cancellationToken));

    public async Task<AccessTokenKeys> GetAccessTokenKeysAsync(CancellationToken cancellationToken) =>
        await Required<IAccessTokenKeySource>().GetKeysAsync(cancellationToken);

    public Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken) =>
        GuardAsync(() => Required<ISignInService>().SignInAsync(request, cancellationToken));

    private static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StoreUnavailableException exception)
        {
            throw new ControlPlaneUnavailableException("The control plane cannot reach its store now.", exception);
        }
    }

    private T Required<T>()
        where T : notnull =>
        services.GetService<T>()
        ?? throw new ControlPlaneUnavailableException($"This control plane has no sign-in ({typeof(T).Name}). Add it through AddTenantAdmin().");
}
