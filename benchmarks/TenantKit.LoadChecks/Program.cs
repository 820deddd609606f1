using TenantKit.LoadChecks;
using TenantKit.LoadChecks.App;
using TenantKit.LoadChecks.Overload;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

switch (args)
{
    case ["app"]:
        await LedgerApp.RunAsync();
        return 0;
    case ["attack", .. var rest]:
        return await Attack.RunAsync(rest);
    case ["run", .. var rest] when CheckOptions.TryParse(rest, out var options):
        return await Runner.RunAsync(options);
    default:
        Console.Error.WriteLine(
            """
            run [failover|cycles|anonymous|overload|restart|controldown ...] [--quick] [--seed N] [--count N] [--minutes N] [--keep]
                   runs these checks, or all; --count is of requests or cycles, --minutes how long the control plane is away,
                   or how long cycles may take at most, --faults NAME,NAME limits failover to these, --keep leaves the hosts' data and logs
            app    what the checks' tenants run
            attack what overloads a tenant
            """);
        return 2;
}
