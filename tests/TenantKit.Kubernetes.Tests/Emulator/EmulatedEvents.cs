using System.Globalization;
using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>Events as the parts of a cluster report them: schedulers by the new form with microseconds and a series, kubelets by the old one with counts.</summary>
internal static class EmulatedEvents
{
    public static void Report(EmulatedStore store, EmulatedObject about, string type, string reason, string message)
    {
        var isNew = reason == "FailedScheduling";
        var name = $"{about.Name}.{reason.ToLowerInvariant()}";
        if (store.Find("events", about.Namespace, name) is { } known)
        {
            store.Update(known, json =>
            {
                if (isNew)
                {
                    json["series"] = new JsonObject { ["count"] = int.Parse(json.Text("series", "count") is { Length: > 0 } count ? count : "1", CultureInfo.InvariantCulture) + 1, ["lastObservedTime"] = Micro() };
                }
                else
                {
                    (json["count"], json["lastTimestamp"]) = (int.Parse(json.Text("count"), CultureInfo.InvariantCulture) + 1, EmulatedStore.Now());
                }
            });
            return;
        }

        var made = new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Event", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = about.Namespace },
            ["involvedObject"] = new JsonObject { ["kind"] = about.Json.Text("kind"), ["namespace"] = about.Namespace, ["name"] = about.Name, ["uid"] = about.Uid },
            ["type"] = type, ["reason"] = reason, ["message"] = message, ["reportingComponent"] = isNew ? "default-scheduler" : "kubelet",
            ["firstTimestamp"] = isNew ? null : EmulatedStore.Now(), ["lastTimestamp"] = isNew ? null : EmulatedStore.Now(), ["eventTime"] = isNew ? Micro() : null,
        };
        if (!isNew)
        {
            made["count"] = 1;
        }

        store.Add("events", made, made.Text("reportingComponent"));
    }

    private static string Micro() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
