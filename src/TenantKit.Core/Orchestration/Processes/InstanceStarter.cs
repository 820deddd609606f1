using System.Diagnostics;
using System.Text;
using TenantKit.Diagnostics;

namespace TenantKit.Orchestration.Processes;

/// <summary>Starts one instance: the intent on disk first, then the process, then what it became.</summary>
internal sealed class InstanceStarter(InstanceEnvironment environment, IInstanceCredentials credentials, PortAllocator ports, IIdSource ids, TimeProvider time)
{
    /// <summary>The new instance and its process. Nothing of it is left when this throws.</summary>
    public (ProcessInstance Instance, Process Child) Start(ProcessUnit unit, UnitSpec spec, IReadOnlyList<string> command)
    {
        var folder = unit.Folder;
        var instance = new ProcessInstance(unit, new InstanceRecord
        {
            Id = ids.NewId(),
            RestartEpoch = spec.RestartEpoch,
            Fingerprint = SettingsFingerprint.Of(spec),
            Port = ports.Reserve(),
            CreatedAt = time.GetUtcNow(),
        });

        Process? child = null;
        try
        {
            folder.Write(instance.Record);
            var key = credentials.GetKey(unit.TenantId, instance.Id);
            PrivateFiles.Write(folder.KeyFile(instance.Id), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(key)));
            instance.Log.Create();
            var variables = environment.Build(spec, folder, instance.Id, instance.Record.Port);
            child = ProcessLauncher.Start(command, folder.Data, variables, instance.Log.File, folder.PidFile(instance.Id));
            instance.Record = instance.Record with
            {
                Pid = child.Id,
                StartTicks = ProcessTable.Read(child.Id)?.StartTicks ?? 0,
                BootId = ProcessTable.BootId,
                StartedAt = time.GetUtcNow(),
            };
            folder.Write(instance.Record);
            return (instance, child);
        }
        catch
        {
            if (child is not null)
            {
                SessionKiller.KillNow(child.Id, startTicks: null);
                child.Dispose();
            }

            ports.Release(instance.Record.Port);
            instance.Log.Forget();
            folder.Forget(instance.Id);
            throw;
        }
    }
}
