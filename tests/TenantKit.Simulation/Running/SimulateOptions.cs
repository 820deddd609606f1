using System.Globalization;
using TenantKit.Simulation.Faults;

namespace TenantKit.Simulation.Running;

/// <summary>What the command line asks for.</summary>
internal sealed class SimulateOptions
{
    public const string Usage = """
        usage: eng/simulate.sh [--from N] [--seeds COUNT] [--minutes N] [--once] [--jobs N]
               eng/simulate.sh --seed N [--mutant NAME] [--without FAULT,FAULT] [--tenants N] [--quiet]
               eng/simulate.sh --mutants [--from N] [--seeds COUNT] [--mutant NAME]

        Without --seed: runs COUNT seeds (default 1000), or as many as fit into N minutes, from a fresh one on; each is run twice and must
        come out the same (--once leaves that out). A seed that fails is shrunk and told of with its trace.
        With --seed: replays one seed and prints its trace.
        With --mutants: every deliberately broken variant must be caught within COUNT seeds (default 2000).
        """;

    public ulong? Seed { get; private set; }

    public ulong From { get; private set; } = (ulong)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerMillisecond);

    public int? Seeds { get; private set; }

    public TimeSpan? Minutes { get; private set; }

    public bool Mutants { get; private set; }

    public string? Mutant { get; private set; }

    public IReadOnlySet<FaultKind>? Without { get; private set; }

    public int? Tenants { get; private set; }

    public bool Twice { get; private set; } = true;

    public bool Quiet { get; private set; }

    public int Jobs { get; private set; } = Environment.ProcessorCount;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says what is wrong.</exception>
    public static SimulateOptions Parse(string[] args)
    {
        var options = new SimulateOptions();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seed": options.Seed = Number(args, ref i); break;
                case "--from": options.From = Number(args, ref i); break;
                case "--seeds": options.Seeds = checked((int)Number(args, ref i)); break;
                case "--minutes": options.Minutes = TimeSpan.FromMinutes(Number(args, ref i)); break;
                case "--tenants": options.Tenants = checked((int)Number(args, ref i)); break;
                case "--jobs": options.Jobs = checked((int)Math.Max(1, Number(args, ref i))); break;
                case "--mutants": options.Mutants = true; break;
                case "--mutant": options.Mutant = Word(args, ref i); break;
                case "--without": options.Without = Word(args, ref i).Split(',').Select(static name => Enum.Parse<FaultKind>(name)).ToHashSet(); break;
                case "--once": options.Twice = false; break;
                case "--quiet": options.Quiet = true; break;
                default: throw new FormatException($"'{args[i]}' is not known.");
            }
        }

        return options;
    }

    private static string Word(string[] args, ref int i) =>
        i + 1 < args.Length ? args[++i] : throw new FormatException($"{args[i]} needs a value.");

    private static ulong Number(string[] args, ref int i)
    {
        var name = args[i];
        return ulong.TryParse(Word(args, ref i), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{name} needs a number, not '{args[i]}'.");
    }
}
