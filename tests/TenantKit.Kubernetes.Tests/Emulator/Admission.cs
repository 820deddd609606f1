using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>What the API server lets in: namespaces, service accounts, Pod Security, quotas, limit ranges and immutable fields.</summary>
internal static class Admission
{
    public static void Create(EmulatedStore store, string plural, JsonObject json)
    {
        var (space, name) = (json.Text("metadata", "namespace"), json.Text("metadata", "name"));
        if (name.Length is 0 or > 253 || name.Any(static letter => letter is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '-' or '.')) || name[0] == '-' || name[^1] == '-')
        {
            throw ApiError.Invalid(plural, name, "metadata.name: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'");
        }

        foreach (var (key, value) in json.Meta()["labels"] as JsonObject ?? [])
        {
            var text = value!.ToString();
            if (text.Length > 0 && (text.Length > 63 || text.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1])))
            {
                throw ApiError.Invalid(plural, name, $"metadata.labels: Invalid value: \"{value}\" of {key}: a valid label must be 63 characters or less");
            }
        }

        if (space.Length > 0)
        {
            CheckNamespace(store, plural, name, space);
        }

        switch (plural)
        {
            case "pods":
                CheckAccount(store, json, name, space);
                CheckSecurity(store, json, name, space);
                CheckLimits(store, json, name, space);
                CheckQuota(store, "pods", name, space, Uses(json));
                break;
            case "leases":
                Lease(json);
                break;
            case "persistentvolumeclaims":
                CheckQuota(store, plural, name, space, UsesOfVolume(json));
                break;
            case "secrets" or "configmaps" or "services":
                CheckQuota(store, plural, name, space, new Dictionary<string, decimal> { [plural] = 1 });
                break;
        }
    }

    /// <summary>Pods are what they are, but for a few fields; a resize changes sizes and nothing else, and never the class.</summary>
    public static void ChangePod(EmulatedStore store, JsonObject before, JsonObject after, bool isResize)
    {
        var name = after.Text("metadata", "name");
        var (one, other) = (before["spec"]!.DeepClone().AsObject(), after["spec"]!.DeepClone().AsObject());
        if (isResize)
        {
            foreach (var spec in (JsonObject[])[one, other])
            {
                foreach (var container in spec.Items("containers"))
                {
                    container.Remove("resources");
                }
            }
        }

        if (!Json.Same(one, other))
        {
            throw ApiError.Invalid("pods", name, isResize ? "spec: Forbidden: only cpu and memory resources are mutable" : "spec: Forbidden: pod updates may not change fields other than a few");
        }

        if (isResize && Quantity.QosOf(before) != Quantity.QosOf(after))
        {
            throw ApiError.Invalid("pods", name, "spec: Invalid value: Pod QOS Class may not change as a result of resizing");
        }

        if (isResize)
        {
            var space = after.Text("metadata", "namespace");
            CheckLimits(store, after, name, space);
            var (was, becomes) = (Uses(before), Uses(after));
            CheckQuota(store, "pods", name, space, becomes.ToDictionary(pair => pair.Key, pair => pair.Value - was[pair.Key]));
        }
    }

    /// <summary>Times of Leases have exactly six digits of a second, and none of them is left to chance.</summary>
    public static void Lease(JsonObject json)
    {
        foreach (var field in (string[])["acquireTime", "renewTime"])
        {
            if (json.Text("spec", field) is { Length: > 0 } text && !System.Text.RegularExpressions.Regex.IsMatch(text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$"))
            {
                throw new ApiError(400, "BadRequest", $"Lease in version \"v1\" cannot be handled as a Lease: parsing time \"{text}\" as \"2006-01-02T15:04:05.000000Z07:00\"");
            }
        }

        if (json["spec"]?["leaseDurationSeconds"] is { } duration && duration.GetValue<int>() <= 0)
        {
            throw ApiError.Invalid("leases", json.Text("metadata", "name"), "spec.leaseDurationSeconds: Invalid value: must be greater than 0");
        }
    }

    public static void ChangeStatefulSet(JsonObject before, JsonObject after)
    {
        string[] free = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];
        var (one, other) = (before["spec"]!.DeepClone().AsObject(), after["spec"]!.DeepClone().AsObject());
        foreach (var field in free)
        {
            one.Remove(field);
            other.Remove(field);
        }

        if (!Json.Same(one, other))
        {
            throw ApiError.Invalid("statefulsets", after.Text("metadata", "name"), "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
        }
    }

    private static void CheckNamespace(EmulatedStore store, string plural, string name, string space)
    {
        if (store.Find("namespaces", "", space) is not { } found)
        {
            throw ApiError.NotFound("namespaces", space);
        }

        if (found.IsGoing)
        {
            throw new ApiError(403, "Forbidden", $"{plural} \"{name}\" is forbidden: unable to create new content in namespace {space} because it is being terminated", ("NamespaceTerminating", $"namespace {space} is being terminated", "metadata.namespace"));
        }
    }

    private static void CheckAccount(EmulatedStore store, JsonObject pod, string name, string space)
    {
        var account = pod.Text("spec", "serviceAccountName") is { Length: > 0 } given ? given : "default";
        if (store.Find("serviceaccounts", space, account) is null)
        {
            throw ApiError.Forbidden("pods", name, $"error looking up service account {space}/{account}: serviceaccount \"{account}\" not found");
        }
    }

    private static void CheckSecurity(EmulatedStore store, JsonObject pod, string name, string space)
    {
        if (store.Find("namespaces", "", space)!.Json.Text("metadata", "labels", "pod-security.kubernetes.io/enforce") != "restricted")
        {
            return;
        }

        List<string> problems = [];
        var spec = pod["spec"]!.AsObject();
        problems.AddRange(((string[])["hostNetwork", "hostPID", "hostIPC"]).Where(field => spec.Text(field) == "true").Select(field => "host namespaces (" + field + ")"));
        problems.AddRange(spec.Items("volumes").Where(static volume => !volume.Any(static pair => pair.Key is "configMap" or "csi" or "downwardAPI" or "emptyDir" or "ephemeral" or "persistentVolumeClaim" or "projected" or "secret"))
            .Select(static volume => $"restricted volume types (volume \"{volume.Text("name")}\")"));
        foreach (var container in spec.Items("containers").Concat(spec.Items("initContainers")))
        {
            var (own, common) = (container["securityContext"] as JsonObject ?? [], spec["securityContext"] as JsonObject ?? []);
            if (own.Text("privileged") == "true")
            {
                problems.Add("privileged");
            }

            if (own.Text("allowPrivilegeEscalation") != "false")
            {
                problems.Add("allowPrivilegeEscalation != false");
            }

            if (own["capabilities"]?["drop"] is not JsonArray drop || !drop.Any(static item => item!.ToString() == "ALL"))
            {
                problems.Add("unrestricted capabilities");
            }

            if ((own.Text("runAsNonRoot") is { Length: > 0 } nonRoot ? nonRoot : common.Text("runAsNonRoot")) != "true")
            {
                problems.Add("runAsNonRoot != true");
            }

            if ((own.Text("runAsUser") is { Length: > 0 } user ? user : common.Text("runAsUser")) == "0")
            {
                problems.Add("runAsUser=0");
            }

            if ((own.Text("seccompProfile", "type") is { Length: > 0 } profile ? profile : common.Text("seccompProfile", "type")) is not ("RuntimeDefault" or "Localhost"))
            {
                problems.Add("seccompProfile");
            }
        }

        if (problems.Count > 0)
        {
            throw ApiError.Forbidden("pods", name, $"violates PodSecurity \"restricted:latest\": {string.Join(", ", problems)}");
        }
    }

    private static void CheckLimits(EmulatedStore store, JsonObject pod, string name, string space)
    {
        foreach (var limit in store.All("limitranges", space).SelectMany(static range => (range.Seen ?? range.Json["spec"]).Items("limits")).Where(static limit => limit.Text("type") == "Container"))
        {
            foreach (var container in pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers")))
            {
                foreach (var resource in (string[])["cpu", "memory"])
                {
                    var (most, wanted) = (Quantity.Of(limit["max"]?[resource]), Quantity.Of(container["resources"]?["limits"]?[resource]));
                    if (most > 0 && (wanted == 0 || wanted > most))
                    {
                        throw ApiError.Forbidden("pods", name, $"maximum {resource} usage per Container is {most}, but limit is {wanted}");
                    }
                }
            }
        }
    }

    private static Dictionary<string, decimal> Uses(JsonObject pod) => new()
    {
        ["pods"] = 1,
        ["requests.cpu"] = Quantity.OfPod(pod, "requests", "cpu"), ["requests.memory"] = Quantity.OfPod(pod, "requests", "memory"),
        ["limits.cpu"] = Quantity.OfPod(pod, "limits", "cpu"), ["limits.memory"] = Quantity.OfPod(pod, "limits", "memory"),
    };

    /// <summary>Charges the quotas for a volume that is not written.</summary>
    public static void Charge(EmulatedStore store, string plural, string space, JsonObject json)
    {
        foreach (var quota in plural == "persistentvolumeclaims" ? store.All("resourcequotas", space) : [])
        {
            foreach (var (resource, more) in UsesOfVolume(json))
            {
                quota.Charged[resource] = quota.Charged.GetValueOrDefault(resource) + more;
            }
        }
    }

    private static Dictionary<string, decimal> UsesOfVolume(JsonObject json) =>
        new() { ["persistentvolumeclaims"] = 1, ["requests.storage"] = Quantity.Of(json["spec"]?["resources"]?["requests"]?["storage"]) };

    private static void CheckQuota(EmulatedStore store, string plural, string name, string space, Dictionary<string, decimal> wanted)
    {
        foreach (var quota in store.All("resourcequotas", space))
        {
            foreach (var (resource, more) in wanted)
            {
                if (quota.Json["spec"]?["hard"]?[resource] is null || more <= 0)
                {
                    continue;
                }

                // What counts is what the controller has taken in.
                if (quota.Json["status"]?["hard"]?[resource] is not { } hard)
                {
                    throw ApiError.Forbidden(plural, name, $"status unknown for quota: {quota.Name}, resources: {resource}");
                }

                var used = Used(store, space, resource) + quota.Charged.GetValueOrDefault(resource);
                if (used + more > Quantity.Of(hard))
                {
                    throw ApiError.Forbidden(plural, name, $"exceeded quota: {quota.Name}, requested: {resource}={more}, used: {resource}={used}, limited: {resource}={hard}");
                }
            }
        }
    }

    private static decimal Used(EmulatedStore store, string space, string resource)
    {
        var pods = store.All("pods", space).Where(static pod => pod.Json.Text("status", "phase") is not ("Succeeded" or "Failed")).Select(static pod => pod.Json);
        return resource switch
        {
            "requests.storage" => store.All("persistentvolumeclaims", space).Sum(static claim => Quantity.Of(claim.Json["spec"]?["resources"]?["requests"]?["storage"])),
            "persistentvolumeclaims" or "secrets" or "configmaps" or "services" => store.All(resource, space).Count(),
            _ => pods.Sum(pod => Uses(pod).GetValueOrDefault(resource)),
        };
    }
}
