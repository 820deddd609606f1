using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit.Admin;
using TenantKit.Admin.Audit;
using TenantKit.Admin.Containers;
using TenantKit.Admin.Http;
using TenantKit.Admin.Operations;
using TenantKit.Admin.SignIn;
using TenantKit.Admin.Users;
using TenantKit.Control;
using TenantKit.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Admin API and sign-in to a host.</summary>
public static class TenantAdminServiceCollectionExtensions
{
    private const int Pbkdf2Iterations = 220_000; // OWASP's figure for PBKDF2-HMAC-SHA512, which is what Identity's version 3 format uses

    /// <summary>Adds the Admin API and sign-in. Map its endpoints with <c>MapTenantAdmin()</c>. Safe to call again.</summary>
    /// <param name="builder">The builder of <c>AddTenantKit()</c>.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder AddTenantAdmin(this ITenantKitBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(static service => service.ServiceType == typeof(AccessTokenKey)))
        {
            return builder;
        }

        services.AddOptions<TenantAdminOptions>().BindConfiguration(TenantAdminOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<BootstrapAdminOptions>().BindConfiguration(BootstrapAdminOptions.SectionName);
        services.AddStoreReaders().AddUsers().AddSignIn().AddApi();
        return builder;
    }

    /// <summary>Makes one user store the only one. It keeps all members of <see cref="TenantKitUser"/>.</summary>
    /// <remarks>
    /// Lists need a store that also implements <see cref="IQueryableUserStore{TUser}"/>. A user row of such a store cannot be in one
    /// transaction with its tenant: the tenant is made first and taken back when the user cannot be made.
    /// </remarks>
    /// <typeparam name="TStore">The store.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ITenantKitBuilder UseUserStore<TStore>(this ITenantKitBuilder builder)
        where TStore : class, IUserStore<TenantKitUser>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.RemoveAll<IUserStore<TenantKitUser>>();
        builder.Services.AddScoped<IUserStore<TenantKitUser>, TStore>();
        return builder;
    }

    private static IServiceCollection AddStoreReaders(this IServiceCollection services)
    {
        services.TryAddSingleton<IUserReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<ITenantReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<ITemplateReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IOperationReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IAuditReader>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IChangeWriter>(static provider => provider.GetRequiredService<ITenantStore>());
        services.TryAddSingleton<IChangeLog>(static provider => provider.GetRequiredService<ITenantStore>());
        return services;
    }

    private static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.TryAddScoped<IUserStore<TenantKitUser>, TenantKitUserStore>();
        services.AddIdentityCore<TenantKitUser>(static options =>
        {
            options.User.AllowedUserNameCharacters = ""; // UserNameRules decides
            options.Password.RequireDigit = false;
            options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = false;
            options.Password.RequireNonAlphanumeric = false;
            options.Password.RequiredLength = 1;
        });
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IPasswordValidator<TenantKitUser>, PasswordRules>());
        services.Configure<PasswordHasherOptions>(static options => options.IterationCount = Pbkdf2Iterations);
        services.TryAddScoped<UserWriteContext>();
        services.TryAddScoped<UserDirectory>();
        services.TryAddScoped<UserValues>();
        services.TryAddScoped<LastAdministrator>();
        services.TryAddScoped<UserCreator>();
        services.TryAddScoped<UserChanger>();
        services.TryAddScoped<UserRemover>();
        return services;
    }

    private static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.TryAddSingleton<AccessTokenKey>();
        services.TryAddSingleton<AccessTokens>();
        services.TryAddSingleton<TokenRevocations>();
        services.TryAddSingleton<PasswordWork>();
        services.TryAddSingleton<SignInLimiter>();
        services.TryAddSingleton<UnknownNames>();
        services.TryAddSingleton<AccountTurns>();
        services.TryAddScoped<Sessions>();
        services.TryAddScoped<PasswordSignIn>();
        services.Replace(ServiceDescriptor.Singleton<IAccessTokenKeySource, AccessTokenKeySource>());
        services.Replace(ServiceDescriptor.Singleton<ISignInService, SignInService>());
        services.TryAddSingleton<BootstrapResult>();
        services.AddSingleton<IHostedService, BootstrapAdministrator>();
        services.AddAuthentication().AddJwtBearer(AdminPolicies.Scheme, static _ => { });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<JwtBearerOptions>, ConfigureAdminBearer>());
        services.TryAddScoped<AdminBearerEvents>();
        AdminPolicies.Add(services.AddAuthorizationBuilder());
        return services;
    }

    private static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.TryAddSingleton<AuditFactory>();
        services.TryAddSingleton<DenialAudit>();
        services.TryAddSingleton<CursorCodec>();
        services.TryAddSingleton<Idempotency>();
        services.TryAddSingleton<UsageReader>();
        services.TryAddSingleton<OperationAnswers>();
        services.TryAddScoped<ContainerTenant>();
        services.TryAddSingleton<UnknownPath>();
        services.AddOpenApi(static options =>
        {
            options.ShouldInclude = static description => description.ActionDescriptor.EndpointMetadata.OfType<AdminEndpointMarker>().Any(static marker => !marker.IsFallback);
            options.AddOperationTransformer<DescribeRequests>();
            options.AddDocumentTransformer<DescribeRequests>();
        });
        return services;
    }
}
