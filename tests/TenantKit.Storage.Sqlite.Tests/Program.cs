using TenantKit.Storage.Sqlite.Tests;

// With these arguments, the child process of CrashTests; else the test runner.
if (args is [CommitLoop.Argument, var folder])
{
    await CommitLoop.RunAsync(folder);
    return 0;
}

return args.Contains("--server") || args.Contains("--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
