using BenchmarkDotNet.Running;
using TenantKit.Benchmarks.Reports;
using TenantKit.Benchmarks.Serving;

switch (args)
{
    case ["serve", "gateway", .. var options]:
        await GatewayServer.RunAsync(ServeOptions.Parse(options));
        return 0;
    case ["serve", "yarp", .. var options]:
        await YarpServer.RunAsync(ServeOptions.Parse(options));
        return 0;
    case ["routes"]:
        RouteReport.Run();
        return 0;
    case ["changes"]:
        return await ChangeReport.RunAsync() ? 0 : 1;
    case ["snapshot"]:
        await SnapshotReport.RunAsync();
        return 0;
    case ["kubernetes"]:
        await KubernetesReport.RunAsync();
        return 0;
    case ["docker", .. var where]:
        await DockerReport.RunAsync(onSwarm: where.Contains("--swarm"), where.FirstOrDefault(static word => !word.StartsWith("--", StringComparison.Ordinal)));
        return 0;
    case ["allocations", .. var flags]:
        await AllocationReport.RunAsync(flags);
        return 0;
    case ["micro", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(RouteReport).Assembly).Run(rest);
        return 0;
    default:
        Console.Error.WriteLine(
            """
            routes                        lookup and change of a route at 1,000, 100,000 and 1,000,000 tenants; bytes per sleeping tenant
            changes                       requests that are lost while 10,000 routes a second change, at 100,000 tenants; exit code 1 when there are any
            snapshot                      bytes, time to write and time to read the table's snapshot at 1,000, 10,000 and 100,000 tenants
            allocations [--types]         bytes per proxied request, of this gateway and of YARP's bare forwarder, 1 and 64 at a time
            kubernetes                    tenants created per second against the same requests sent bare; requests and memory per tenant
            docker [--swarm] [FILE]       wake of a unit against the engine's own calls by hand; 20 at once; calls of each step (DOCKER_HOST, eng/images.sh shell)
            micro [BenchmarkDotNet args]  route lookup and each load-balancing policy, with BenchmarkDotNet
            serve gateway|yarp --port N --backends host:port,host:port [--tenants N] [--hot N] [--requests FILE] [--protocol http2] [--certificate FILE]
                                          what benchmarks/load/run.sh measures
            """);
        return 2;
}
