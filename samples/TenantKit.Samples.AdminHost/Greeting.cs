using Microsoft.Extensions.Options;
using TenantKit.Admin;
using TenantKit.Admin.Gateways;
using TenantKit.Admin.SignIn;
using TenantKit.Control.Remote;

namespace TenantKit.Samples.AdminHost;

/// <summary>Tells whoever started the host where to go, and what a gateway needs. The generated password is shown here and nowhere else.</summary>
internal static class Greeting
{
    public static void Print(WebApplication app)
    {
        var kit = Of<TenantKitOptions>(app);
        var control = Of<TenantControlOptions>(app);
        var address = Of<TenantAdminOptions>(app).Url;
        Console.WriteLine($"""

            TenantKit is ready.
              Admin API   {address} (reference: {address.TrimEnd('/')}/docs)
              Gateways    connect to {control.Url} with a copy of {Path.Combine(Path.GetFullPath(control.KeyDirectory!), GatewayKeyFile.FileName)}
              Data        {Path.GetFullPath(kit.DataDirectory)}
            {Administrator(app.Services.GetRequiredService<BootstrapResult>())}
            Press Ctrl-C to stop; local processes stop with it, containers go on, data stays.

            """);
    }

    private static string Administrator(BootstrapResult result) => (result.CreatedUserName, result.TakePassword()) switch
    {
        (null, _) => "  Sign in     as before: there is an administrator already",
        (var name, null) => $"  Sign in     {name} with the configured password",
        var (name, password) => $"  Sign in     {name} with password {password} (shown this once)",
    };

    private static T Of<T>(WebApplication app)
        where T : class => app.Services.GetRequiredService<IOptions<T>>().Value;
}
