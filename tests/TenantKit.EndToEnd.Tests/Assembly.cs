using TenantKit.EndToEnd.Tests.Hosting;

// Each test has the machine to itself: they start processes, and kill some.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SharedHost))]
