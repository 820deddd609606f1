using TenantKit.EndToEnd.Tests.Hosting;
using Xunit.Sdk;
using Xunit.v3;

// Each test has the machine to itself: they start processes, and kill some.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(SharedHost))]
