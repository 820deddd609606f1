using TenantKit.Simulation.Running;
using Xunit.Runner.InProc.SystemConsole;

// The program of `eng/simulate.sh`; without its word, the tests of the simulation.
return args is ["simulate", ..] ? SimulateCommand.Run(args[1..]) : await ConsoleRunner.Run(args);
