using TenantKit.Storage.MySql.Tests;
using TenantKit.Storage.MySql.Tests.Replicas;

// With these arguments, one of the replicas that the tests kill and freeze; else the test runner.
if (args is [ReplicaHost.Argument, .. var settings])
{
    await ReplicaHost.RunAsync(settings);
    return 0;
}

return args.Contains("--server") || args.Contains("--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
