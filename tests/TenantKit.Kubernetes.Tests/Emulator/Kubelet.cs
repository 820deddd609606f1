using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>The one node: runs pods that are made, ends those that are to go, and keeps their logs and volumes.</summary>
internal sealed class Kubelet(EmulatedStore store, EmulatorOptions options, Controllers controllers, EmulatedDatabase database)
{
    private readonly ConcurrentDictionary<string, EmulatedLog> logs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> starts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> initialized = new(StringComparer.Ordinal);
    private int addresses;

    public EmulatedLog? LogOf(string uid) => logs.GetValueOrDefault(uid);

    public void See(string type, EmulatedObject item)
    {
        if (item.Plural == "persistentvolumeclaims" && type == "DELETED")
        {
            starts.TryRemove(item.Uid, out _);
        }

        if (item.Plural != "pods")
        {
            return;
        }

        if (type == "DELETED")
        {
            End(item.Uid);
        }
        else if (type == "ADDED")
        {
            controllers.Later(options.StartDelay, () => Start(item));
        }
        else if (item.IsGoing && !options.IsNodeDead)
        {
            var isDeaf = App(item) == EmulatedApps.Deaf;
            var grace = int.Parse(item.Json.Text("metadata", "deletionGracePeriodSeconds"), CultureInfo.InvariantCulture);
            controllers.Later(isDeaf ? options.StopDelay + (options.Second * grace) : options.StopDelay, () => Confirm(item));
        }
        else if (item.Json.Text("status", "resize").Length == 0)
        {
            controllers.Later(options.ControllerDelay, () => Actuate(item));
        }
    }

    /// <summary>Ends the app of a pod from outside.</summary>
    public void Kill(string space, string name, int code = 137, string reason = "Error")
    {
        lock (store.Gate)
        {
            if (store.Find("pods", space, name) is { } pod)
            {
                Exit(pod, code, reason);
            }
        }
    }

    private void Start(EmulatedObject pod)
    {
        if (store.Find("pods", pod.Namespace, pod.Name)?.Uid != pod.Uid || pod.IsGoing)
        {
            return;
        }

        if (Unplaced(pod) is { } problem)
        {
            Condition(pod, "PodScheduled", "False", "Unschedulable", problem);
            EmulatedEvents.Report(store, pod, "Warning", "FailedScheduling", problem);
            controllers.Later(TimeSpan.FromMilliseconds(20), () => Start(pod));
            return;
        }

        if (pod.Json.Text("spec", "nodeName").Length == 0)
        {
            store.Update(pod, static json => json["spec"]!["nodeName"] = "node-1");
        }

        if (pod.Json.Items("spec", "initContainers").Concat(pod.Json.Items("spec", "containers")).FirstOrDefault(static container => container.Text("image").Contains("missing", StringComparison.Ordinal)) is { } unpulled)
        {
            var image = unpulled.Text("image");
            EmulatedEvents.Report(store, pod, "Normal", "Pulling", $"Pulling image \"{image}\"");
            EmulatedEvents.Report(store, pod, "Warning", "Failed", $"Failed to pull image \"{image}\": failed to pull and unpack image: not found");
            Waiting(pod, unpulled, "ErrImagePull", $"failed to pull and unpack image \"{image}\": not found");
            return;
        }

        var isReady = pod.Json.Items("spec", "volumes").Select(static volume => volume.Text("secret", "secretName")).Where(static name => name.Length > 0)
            .All(name => store.Find("secrets", pod.Namespace, name) is not null);
        var waitsForDatabase = pod.Json.Items("spec", "initContainers").Any() && store.Find("pods", pod.Namespace, "db-0")?.Json.Text("status", "phase") != "Running";
        if (!isReady || waitsForDatabase)
        {
            if (isReady && !pod.Json.Items("status", "initContainerStatuses").Any())
            {
                store.Update(pod, static json => json.Child("status")["initContainerStatuses"] = Statuses(json, "initContainers", new JsonObject { ["running"] = new JsonObject() }));
                Waiting(pod, "PodInitializing", "");
            }

            controllers.Later(TimeSpan.FromMilliseconds(5), () => Start(pod));
            return;
        }

        if (pod.Json.Text("metadata", "labels", "app.kubernetes.io/component") == "database-job")
        {
            RunStatements(pod);
            return;
        }

        if (App(pod) == EmulatedApps.Missing)
        {
            Exit(pod, 128, "StartError", "exec: \"no-such-command\": executable file not found in $PATH");
            return;
        }

        if (IsUninitialized(pod))
        {
            EmulatedEvents.Report(store, pod, "Warning", "BackOff", "Back-off restarting failed container database in pod db-0");
            Waiting(pod, "CrashLoopBackOff", "back-off 10s restarting failed container=database: Database is uninitialized and password option is not specified");
            return;
        }

        Run(pod);
    }

    /// <summary>A MariaDB image makes a new database of an empty volume only when it is told a password to make it with.</summary>
    private bool IsUninitialized(EmulatedObject pod)
    {
        var container = pod.Json.Items("spec", "containers").First();
        if (container.Text("name") != "database")
        {
            return false;
        }

        if (container.Items("env").Any(static variable => variable.Text("name") == "MARIADB_ROOT_PASSWORD_FILE"))
        {
            initialized.TryAdd(VolumeOf(pod), 0);
        }

        return !initialized.ContainsKey(VolumeOf(pod));
    }

    /// <summary>What the client program does with the account and the statements that it is given.</summary>
    private void RunStatements(EmulatedObject pod)
    {
        var container = pod.Json.Items("spec", "containers").First();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container.Items("env"))
        {
            var (secret, key) = (variable.Text("valueFrom", "secretKeyRef", "name"), variable.Text("valueFrom", "secretKeyRef", "key"));
            if (secret.Length > 0 && store.Find("secrets", pod.Namespace, secret) is null)
            {
                Waiting(pod, "CreateContainerConfigError", $"secret \"{secret}\" not found");
                return;
            }

            variables[variable.Text("name")] = secret.Length > 0 ? Value(store.Find("secrets", pod.Namespace, secret)!, key) : variable.Text("value");
        }

        var mounted = pod.Json.Items("spec", "volumes").Select(static volume => volume.Text("secret", "secretName")).First(static name => name.Length > 0);
        var error = database.Run(variables["DB_ADMIN"], variables["MYSQL_PWD"], variables["DB_HOST"], Value(store.Find("secrets", pod.Namespace, mounted)!, "statements.sql"));
        Exit(pod, error is null ? 0 : 1, error is null ? "Completed" : "Error", error);
    }

    private static string Value(EmulatedObject secret, string key) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(secret.Json.Text("data", key)));

    private string? Unplaced(EmulatedObject pod)
    {
        var missing = pod.Json.Items("spec", "volumes").Select(static volume => volume.Text("persistentVolumeClaim", "claimName"))
            .FirstOrDefault(name => name.Length > 0 && store.Find("persistentvolumeclaims", pod.Namespace, name) is null);
        return missing is not null ? $"0/1 nodes are available: persistentvolumeclaim \"{missing}\" not found."
            : options.IsCordoned ? "0/1 nodes are available: 1 node(s) were unschedulable." : null;
    }

    private void Run(EmulatedObject pod)
    {
        var log = logs.GetOrAdd(pod.Uid, static _ => new EmulatedLog());
        var number = Interlocked.Increment(ref addresses);
        store.Update(pod, json =>
        {
            json["status"] = new JsonObject
            {
                ["phase"] = "Running", ["qosClass"] = Quantity.QosOf(json), ["podIP"] = $"10.{(number >> 16) & 255}.{(number >> 8) & 255}.{number & 255}",
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
                ["containerStatuses"] = Statuses(json, "containers", new JsonObject { ["running"] = new JsonObject { ["startedAt"] = EmulatedStore.Now() } }),
            };
        });
        switch (App(pod))
        {
            case EmulatedApps.ExitsWithSeven:
                controllers.Later(options.StopDelay, () => Exit(pod, 7, "Error"));
                break;
            case EmulatedApps.Greedy:
                controllers.Later(options.StopDelay, () => Exit(pod, 137, "OOMKilled"));
                break;
            case EmulatedApps.Hello:
                log.Write("hello");
                controllers.Later(options.StopDelay, () => Exit(pod, 3, "Error"));
                break;
            case EmulatedApps.Talks:
                Array.ForEach(["line 1", "line 2", "line 3"], log.Write);
                break;
            case EmulatedApps.Deaf:
                log.Write("deaf");
                break;
            case EmulatedApps.Counts:
                log.Write($"start {starts.AddOrUpdate(VolumeOf(pod), 1, static (_, known) => known + 1)}");
                break;
            case EmulatedApps.ManyLines:
                log.WriteAll(Enumerable.Range(1, 100_000).Select(static number => $"line {number}"));
                break;
            case EmulatedApps.Forks:
                log.Write("processes 100");
                break;
            case EmulatedApps.Count:
                log.Write($"{starts.GetValueOrDefault(VolumeOf(pod))}");
                controllers.Later(options.StopDelay, () => Exit(pod, 0, "Completed"));
                break;
            case EmulatedApps.Connect:
                controllers.Later(options.StopDelay, () => Exit(pod, Connects(pod) ? 0 : 1, "Completed"));
                break;
            case EmulatedApps.Ticks:
                _ = TickAsync(log);
                break;
        }
    }

    private bool Connects(EmulatedObject pod)
    {
        var endpoint = pod.Json.Items("spec", "containers").First()["command"]![1]!.ToString().Split(':');
        var target = store.All("pods").FirstOrDefault(candidate => candidate.Json.Text("status", "podIP") == endpoint[0]);
        return target is not null && NetworkRules.Allows(store, pod, target, endpoint[1]);
    }

    private static async Task TickAsync(EmulatedLog log)
    {
        for (var i = 1; !log.IsEnded; i++)
        {
            log.Write($"tick {i}");
            await Task.Delay(20);
        }
    }

    /// <summary>Makes a resize true.</summary>
    private void Actuate(EmulatedObject pod)
    {
        if (store.Find("pods", pod.Namespace, pod.Name)?.Uid == pod.Uid && pod.Json.Text("status", "phase") == "Running")
        {
            store.Update(pod, static json =>
            {
                foreach (var (status, container) in json.Items("status", "containerStatuses").Zip(json.Items("spec", "containers")))
                {
                    status["resources"] = container["resources"]?.DeepClone();
                }
            });
        }
    }

    private void Exit(EmulatedObject pod, int code, string reason, string? message = null)
    {
        if (store.Find("pods", pod.Namespace, pod.Name)?.Uid != pod.Uid)
        {
            return;
        }

        End(pod.Uid);
        store.Update(pod, json =>
        {
            var status = json.Child("status");
            status["phase"] = code == 0 ? "Succeeded" : "Failed";
            status["containerStatuses"] = Statuses(json, "containers", new JsonObject
            {
                ["terminated"] = new JsonObject { ["exitCode"] = code, ["reason"] = reason, ["message"] = message, ["startedAt"] = EmulatedStore.Now(), ["finishedAt"] = EmulatedStore.Now() },
            });
        });
        if (pod.IsGoing)
        {
            store.Remove(pod);
        }
    }

    private void Confirm(EmulatedObject pod)
    {
        if (store.Find("pods", pod.Namespace, pod.Name)?.Uid == pod.Uid)
        {
            Exit(pod, 0, "Completed");
            store.Remove(pod);
        }
    }

    private void End(string uid)
    {
        if (logs.TryGetValue(uid, out var log))
        {
            log.End();
        }
    }

    private void Waiting(EmulatedObject pod, string reason, string message) => store.Update(pod, json =>
        json.Child("status")["containerStatuses"] = Statuses(json, "containers", new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } }));

    /// <summary>Of an init container, the others wait for it.</summary>
    private void Waiting(EmulatedObject pod, JsonNode container, string reason, string message)
    {
        if (!pod.Json.Items("spec", "initContainers").Contains(container))
        {
            Waiting(pod, reason, message);
            return;
        }

        store.Update(pod, json => json.Child("status")["initContainerStatuses"] = Statuses(json, "initContainers", new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } }));
        Waiting(pod, "PodInitializing", "");
    }

    private void Condition(EmulatedObject pod, string type, string value, string reason, string message) => store.Update(pod, json =>
        json.Child("status")["conditions"] = new JsonArray(new JsonObject { ["type"] = type, ["status"] = value, ["reason"] = reason, ["message"] = message }));

    private static JsonArray Statuses(JsonObject pod, string which, JsonObject state) => new(
        [.. pod.Items("spec", which).Select(container => (JsonNode)new JsonObject { ["name"] = container.Text("name"), ["restartCount"] = 0, ["ready"] = state["running"] is not null, ["state"] = state.DeepClone() })]);

    private string VolumeOf(EmulatedObject pod)
    {
        var claim = pod.Json.Items("spec", "volumes").Select(static volume => volume.Text("persistentVolumeClaim", "claimName")).FirstOrDefault(static name => name.Length > 0) ?? "";
        return store.Find("persistentvolumeclaims", pod.Namespace, claim)?.Uid ?? pod.Uid;
    }

    private static string App(EmulatedObject pod) => pod.Json.Items("spec", "containers").First()["command"] is JsonArray { Count: > 0 } command ? command[0]!.ToString() : EmulatedApps.Idle;
}
