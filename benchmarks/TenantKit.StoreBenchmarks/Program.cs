using TenantKit.StoreBenchmarks;

var server = Environment.GetEnvironmentVariable("TENANTKIT_BENCH_MYSQL") ?? "";
switch (args)
{
    case ["operations", .. var rest] when server.Length > 0:
        await OperationReport.RunAsync(server, rest is [var seconds, ..] ? double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) : 2);
        return 0;
    case ["users", .. var rest] when server.Length > 0:
        await UserReport.RunAsync(server, rest is [var count, ..] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
        return 0;
    case ["converge", .. var rest] when server.Length > 0:
        await ConvergeReport.RunAsync(server, rest is [var tenants, ..] ? int.Parse(tenants, System.Globalization.CultureInfo.InvariantCulture) : 1_000);
        return 0;
    default:
        Console.Error.WriteLine(
            """
            TENANTKIT_BENCH_MYSQL names the server, such as 'Server=127.0.0.1;Port=3306;User ID=root'. A database of its own is made there and dropped.
            operations [seconds]   each operation of the store beside the same in hand-written MySqlConnector
            users [count]          first and last pages, and filtered ones, at so many users; 1,000,000 by default
            converge [tenants]     tenants brought to running by 1, 2 and 4 replicas, and the statements that takes; 1,000 by default
            """);
        return 2;
}
