using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>The verbs of the API on the store, called under its lock.</summary>
internal sealed class EmulatedVerbs(EmulatedStore store, Controllers controllers, EmulatedFaults faults)
{
    private readonly Dictionary<string, (List<JsonObject> Items, long Version)> pages = [];

    public JsonObject Get(ApiPath path) => Find(path).Json;

    public JsonObject List(ApiPath path, IQueryCollection query, bool metadataOnly)
    {
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) ? most : int.MaxValue;
        var token = query["continue"].ToString();
        List<JsonObject> items;
        long version;
        if (token.Length > 0)
        {
            if (!pages.Remove(token, out var rest) || rest.Version < store.CompactedAt)
            {
                throw new ApiError(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
            }

            (items, version) = rest;
        }
        else
        {
            version = store.Version;
            items = [.. Matching(path, query["labelSelector"].ToString()).Where(item => FieldSelector.Matches(path.Plural, item.Json, query["fieldSelector"].ToString())).OrderBy(static item => item.Namespace, StringComparer.Ordinal).ThenBy(static item => item.Name, StringComparer.Ordinal).Select(static item => item.Json)];
        }

        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (items.Count > limit)
        {
            var next = Guid.NewGuid().ToString("N");
            pages[next] = (items[limit..], version);
            (metadata["continue"], metadata["remainingItemCount"]) = (next, items.Count - limit);
            items = items[..limit];
        }

        return new JsonObject
        {
            ["kind"] = metadataOnly ? "PartialObjectMetadataList" : "List", ["apiVersion"] = "v1", ["metadata"] = metadata,
            ["items"] = new JsonArray([.. items.Select(item => (JsonNode)(metadataOnly ? MetadataOf(item) : item.Clone()))]),
        };
    }

    public IEnumerable<EmulatedObject> Matching(ApiPath path, string selector) =>
        store.All(path.Plural, path.Namespace.Length == 0 ? null : path.Namespace).Where(item => Selector.Matches(item.Json, selector));

    public static JsonObject MetadataOf(JsonObject item) => new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = item["metadata"]!.DeepClone() };

    public JsonObject Metrics(ApiPath path, string selector) => new()
    {
        ["kind"] = "PodMetricsList", ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. Matching(path, selector).Where(static pod => pod.Json.Text("status", "phase") == "Running").Select(static pod => (JsonNode)new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = pod.Name },
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["usage"] = new JsonObject { ["cpu"] = UsageOf(pod), ["memory"] = "20480Ki" } }),
        })]),
    };

    /// <summary>An app that burns gets its limit; the others next to nothing.</summary>
    private static string UsageOf(EmulatedObject pod) =>
        pod.Json.Items("spec", "containers").First()["command"] is JsonArray and [var app, ..] && app!.ToString() == EmulatedApps.Burns
            ? $"{(long)(Quantity.Of(pod.Json.Items("spec", "containers").First()["resources"]?["limits"]?["cpu"]) * 1_000_000_000)}n" : "12345678n";

    public JsonObject Create(ApiPath path, JsonObject body, string manager, bool isDryRun = false)
    {
        var meta = body.Meta();
        if (path.Namespace.Length > 0)
        {
            meta["namespace"] = path.Namespace;
        }

        // Admission comes before the look for the name: what is there already is refused by a quota that it has used up itself.
        Admission.Create(store, path.Plural, body);
        if (faults.EndsBeforeTheStore?.Invoke(path) == true)
        {
            Admission.Charge(store, path.Plural, path.Namespace, body);
            throw new ApiError(504, "Timeout", "request did not complete within the allotted timeout");
        }

        if (store.Find(path.Plural, path.Namespace, meta.Text("name")) is { } there)
        {
            throw ApiError.Exists(path.Plural, there.Name);
        }

        if (path.Plural == "secrets" && body["stringData"] is JsonObject text)
        {
            foreach (var (name, value) in text)
            {
                body.Child("data")[name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value!.ToString()));
            }

            body.Remove("stringData");
        }

        if (path.Plural == "pods")
        {
            Deletion.Prepare(body);
        }

        return isDryRun ? body : store.Add(path.Plural, body, manager).Json;
    }

    public JsonObject Update(ApiPath path, JsonObject body, string manager)
    {
        var item = Find(path);
        var before = item.Json;
        if ((body.Text("metadata", "resourceVersion") is { Length: > 0 } version && version != before.Text("metadata", "resourceVersion")) || (body.Text("metadata", "uid") is { Length: > 0 } uid && uid != item.Uid))
        {
            throw ApiError.Conflict(path.Plural, path.Name, "the object has been modified; please apply your changes to the latest version and try again");
        }

        if (path.Plural == "leases")
        {
            Admission.Lease(body);
        }

        foreach (var field in (string[])["uid", "creationTimestamp", "resourceVersion"])
        {
            body.Meta()[field] = before["metadata"]![field]!.DeepClone();
        }

        store.Change(item, body);
        item.Owners.Note(before, item.Json, manager);
        return item.Json;
    }

    public (JsonObject Answer, int Code) Patch(ApiPath path, JsonObject body, string contentType, string manager, bool force)
    {
        var isApply = contentType.StartsWith("application/apply-patch+yaml", StringComparison.Ordinal);
        if (isApply && store.Find(path.Plural, path.Namespace, path.Name) is null)
        {
            if (manager == "unknown")
            {
                throw new ApiError(400, "BadRequest", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
            }

            var empty = new FieldOwners();
            body.Meta()["namespace"] = path.Namespace.Length > 0 ? path.Namespace : null;
            Admission.Create(store, path.Plural, body);
            var made = store.Add(path.Plural, body, manager);
            made.Owners.Apply(made.Json.Clone(), body, manager, force);
            return (made.Json, 201);
        }

        var item = Find(path);
        var (before, after) = (item.Json, item.Json.Clone());
        if (body.Text("metadata", "resourceVersion") is { Length: > 0 } version && version != before.Text("metadata", "resourceVersion"))
        {
            throw ApiError.Conflict(path.Plural, path.Name, "the object has been modified; please apply your changes to the latest version and try again");
        }

        if (isApply)
        {
            var conflicts = item.Owners.Apply(after, body, manager, force);
            if (conflicts.Count > 0)
            {
                throw new ApiError(409, "Conflict", $"Apply failed with {conflicts.Count} conflict{(conflicts.Count == 1 ? "" : "s")}: conflict with \"{conflicts[0].Manager}\": .{conflicts[0].Field.Replace('/', '.')}",
                    [.. conflicts.Select(static conflict => ("FieldManagerConflict", $"conflict with \"{conflict.Manager}\"", "." + conflict.Field.Replace('/', '.')))]);
            }
        }
        else if (contentType.StartsWith("application/merge-patch+json", StringComparison.Ordinal))
        {
            MergePatch(after, body);
        }
        else if (contentType.StartsWith("application/strategic-merge-patch+json", StringComparison.Ordinal))
        {
            FieldOwners.Merge(after, body);
        }
        else
        {
            throw new ApiError(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: application/merge-patch+json");
        }

        after.Meta()["resourceVersion"] = before.Text("metadata", "resourceVersion");
        if (path.Plural == "pods")
        {
            Admission.ChangePod(store, before, after, path.Subresource == "resize");
        }

        if (path.Plural == "statefulsets")
        {
            Admission.ChangeStatefulSet(before, after);
        }

        if (path.Plural == "configmaps" || path.Plural == "secrets")
        {
            RefuseImmutable(path, before);
        }

        store.Change(item, after);
        if (!isApply)
        {
            item.Owners.Note(before, item.Json, manager);
        }

        return (item.Json, 200);
    }

    public JsonObject Delete(ApiPath path, JsonObject? how)
    {
        var item = Find(path);
        if (how.Text("preconditions", "uid") is { Length: > 0 } uid && uid != item.Uid)
        {
            throw ApiError.Conflict(path.Plural, path.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {item.Uid}");
        }

        if (how.Text("preconditions", "resourceVersion") is { Length: > 0 } wanted && wanted != item.Json.Text("metadata", "resourceVersion"))
        {
            throw ApiError.Conflict(path.Plural, path.Name, $"Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {item.Json.Text("metadata", "resourceVersion")}");
        }

        if (path.Plural == "pods")
        {
            Deletion.Pod(store, item, long.TryParse(how.Text("gracePeriodSeconds"), CultureInfo.InvariantCulture, out var grace) ? grace : null);
        }
        else if (path.Plural == "namespaces" || how.Text("propagationPolicy") == "Foreground")
        {
            store.Update(item, static json =>
            {
                json.Meta()["deletionTimestamp"] ??= EmulatedStore.Now();
                json.Child("status")["phase"] = "Terminating";
            });
            if (path.Plural != "namespaces")
            {
                controllers.Later(TimeSpan.FromMilliseconds(5), () => controllers.CollectForeground(item));
            }
        }
        else
        {
            store.Remove(item);
        }

        return item.Json;
    }

    private static void RefuseImmutable(ApiPath path, JsonObject before)
    {
        if (before.Text("immutable") == "true")
        {
            throw ApiError.Invalid(path.Plural, path.Name, "data: Forbidden: field is immutable when `immutable` is set");
        }
    }

    private EmulatedObject Find(ApiPath path) => store.Find(path.Plural, path.Namespace, path.Name) ?? throw ApiError.NotFound(path.Plural, path.Name);

    private static void MergePatch(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                MergePatch(target.Child(name), inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
