using System.Globalization;
using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>How pods begin and go: a deletion is an order, and the node's confirmation takes the object away.</summary>
internal static class Deletion
{
    public static void Prepare(JsonObject pod)
    {
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = Quantity.QosOf(pod) };
        var spec = pod.Child("spec");
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
    }

    public static void Pod(EmulatedStore store, EmulatedObject pod, long? grace)
    {
        if (pod.Json.Text("status", "phase") is "Succeeded" or "Failed" || grace == 0 || pod.Json.Text("spec", "nodeName").Length == 0)
        {
            store.Remove(pod);
            return;
        }

        var seconds = grace ?? long.Parse(pod.Json.Text("spec", "terminationGracePeriodSeconds"), CultureInfo.InvariantCulture);
        var already = pod.IsGoing ? long.Parse(pod.Json.Text("metadata", "deletionGracePeriodSeconds"), CultureInfo.InvariantCulture) : long.MaxValue;
        if (seconds < already)
        {
            store.Update(pod, json =>
            {
                json.Meta()["deletionTimestamp"] = DateTime.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                json.Meta()["deletionGracePeriodSeconds"] = seconds;
            });
        }
    }
}
