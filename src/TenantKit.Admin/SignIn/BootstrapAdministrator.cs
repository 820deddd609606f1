using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;
using TenantKit.Audit;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.SignIn;

/// <summary>Creates the first administrator at start when there is none.</summary>
internal sealed partial class BootstrapAdministrator(
    ITenantStore store,
    IServiceScopeFactory scopes,
    BootstrapResult result,
    IOptions<BootstrapAdminOptions> options,
    ILogger<BootstrapAdministrator> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.InitializeAsync(cancellationToken).ConfigureAwait(false); // idempotent: the order of hosted services does not matter
        await using var scope = scopes.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<UserDirectory>();
        if (await directory.FindActiveAdministratorAsync(exceptId: null, cancellationToken).ConfigureAwait(false) is not null)
        {
            return; // a configured password never overwrites the one in use
        }

        var settings = options.Value;
        var creator = scope.ServiceProvider.GetRequiredService<UserCreator>();
        try
        {
            var request = new CreateUserRequest { UserName = settings.UserName, Password = settings.Password, Role = UserRole.Administrator };
            var created = await creator.CreateAsync(request, Actor.System, ticket: null, cancellationToken).ConfigureAwait(false);
            result.Set(created.User.UserName, created.GeneratedPassword);
            LogCreated(logger, created.User.UserName);
        }
        catch (ApiException exception) when (exception.Code == "user_name_taken")
        {
            if (await directory.FindActiveAdministratorAsync(exceptId: null, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new InvalidOperationException(
                    $"There is no administrator, and the name '{settings.UserName}' belongs to another user. Set TenantKit:BootstrapAdmin:UserName to a free name.", exception);
            }
        }
        catch (ApiException exception)
        {
            throw new InvalidOperationException(
                $"The first administrator cannot be created: {exception.Message} Set TenantKit:BootstrapAdmin:UserName and :Password accordingly.", exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "The first administrator, '{UserName}', was created.")]
    private static partial void LogCreated(ILogger logger, string userName);
}
