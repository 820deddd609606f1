using Microsoft.Extensions.Options;
using TenantKit.Admin.SignIn;
using TenantKit.Gateway;

namespace TenantKit.Samples.AllInOne.Starting;

/// <summary>Tells whoever started the host where to go. The generated password is shown here and nowhere else.</summary>
internal static class Greeting
{
    public static void Print(WebApplication admin, WebApplication gateway)
    {
        var kit = admin.Services.GetRequiredService<IOptions<TenantKitOptions>>().Value;
        var options = gateway.Services.GetRequiredService<IOptions<TenantGatewayOptions>>().Value;
        var address = admin.Urls.First();
        Console.WriteLine($"""

            TenantKit is ready.
              Admin API   {address} (reference: {address.TrimEnd('/')}/docs)
              Gateway     {kit.GatewayUrl} (a tenant: {kit.GatewayUrl.TrimEnd('/')}/t/NAME/ or http://NAME.{options.BaseDomain}:{new Uri(kit.GatewayUrl).Port}/)
              Data        {Path.GetFullPath(kit.DataDirectory)}
            {Administrator(admin.Services.GetRequiredService<BootstrapResult>())}
            Press Ctrl-C to stop; local processes stop with it, containers go on, data stays.

            """);
    }

    private static string Administrator(BootstrapResult result)
    {
        if (result.CreatedUserName is not { } name)
        {
            return "  Sign in     as before: there is an administrator already";
        }

        return result.TakePassword() is { } password
            ? $"  Sign in     {name} with password {password} (shown this once)"
            : $"  Sign in     {name} with the configured password";
    }
}
