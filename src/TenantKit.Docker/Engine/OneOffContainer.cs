using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Docker.Databases;
using TenantKit.Docker.Logs;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Docker.Engine;

/// <summary>Runs a command in a container of its own, with the unit's network, volume, limits and environment.</summary>
internal sealed class OneOffContainer(
    EngineClient engine, IOptions<DockerOptions> options, ImageCatalogue images, UnitNetworks networks, UnitVolumes volumes, IUnitParts parts,
    DatabaseContainer database, DatabaseGate gate, InstanceStarter starter, UnitGates gates, IIdSource ids)
{
    private const int MaxOutput = 64 * 1024;

    public async Task<CommandResult> RunAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var container = await CreateAsync(spec, command, cancellationToken).ConfigureAwait(false);
        try
        {
            await engine.Api.Containers.StartContainerAsync(container, null, cancellationToken).ConfigureAwait(false);
            var ended = await engine.Api.Containers.WaitContainerAsync(container, cancellationToken).ConfigureAwait(false);
            return new CommandResult((int)ended.StatusCode, await ReadAsync(container, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            await starter.AbandonAsync(container).ConfigureAwait(false); // which kills it when it still runs
            await RemoveNetworkAsync(spec.Unit).ConfigureAwait(false);
        }
    }

    private async Task<string> CreateAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var image = await images.FindAsync(spec.Image, cancellationToken).ConfigureAwait(false);
        var turn = await gates.EnterAsync(spec.Unit, cancellationToken).ConfigureAwait(false);
        try
        {
            await volumes.EnsureAsync(spec, UnitNames.Volume(spec.Unit.Name), cancellationToken).ConfigureAwait(false);
            var host = await networks.EnsureAsync(spec.Unit, cancellationToken).ConfigureAwait(false);
            var operation = ids.NewId();
            if (spec.Database == DatabaseMode.Dedicated)
            {
                var found = await parts.FindAsync(spec.Unit, cancellationToken).ConfigureAwait(false);
                await gate.WaitAsync(await database.EnsureAsync(spec, found, operation, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }

            var plan = new InstancePlan(engine.Installation, operation, operation, 0, image, host, await engine.HasInitAsync(cancellationToken).ConfigureAwait(false));
            return await starter.CreateAsync(ContainerManifests.OneOff(options.Value, spec, plan, command), spec, plan, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gates.Leave(turn);
        }
    }

    private async Task<string> ReadAsync(string container, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        var log = new Container { Id = container, LocalId = container, Name = container, State = ContainerState.Ended, CreatedAt = engine.Time.GetUtcNow() };
        await foreach (var (_, text) in ContainerLog.ReadAsync(engine.Api, log, new ContainerLogsParameters(), cancellationToken).ConfigureAwait(false))
        {
            output.Append(text).Append('\n');
            if (output.Length > MaxOutput)
            {
                output.Remove(0, output.Length - MaxOutput);
            }
        }

        return output.ToString();
    }

    /// <summary>A unit that slept sleeps again: its network goes unless something else of it lives.</summary>
    private async Task RemoveNetworkAsync(UnitRef unit)
    {
        var turn = await gates.EnterAsync(unit, CancellationToken.None).ConfigureAwait(false);
        try
        {
            if ((await parts.FindAsync(unit, CancellationToken.None).ConfigureAwait(false)).Count == 0)
            {
                await networks.RemoveAsync(unit, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, CancellationToken.None))
        {
            // The sweep finds it.
        }
        finally
        {
            gates.Leave(turn);
        }
    }
}
