using System.Globalization;
using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>All objects, and what happened to them, in one order of versions.</summary>
internal sealed class EmulatedStore
{
    private readonly Dictionary<(string Plural, string Namespace, string Name), EmulatedObject> objects = [];
    private readonly Dictionary<string, Dictionary<(string, string, string), EmulatedObject>> byKind = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<(string, string, string), EmulatedObject>> bySpace = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<WatchEvent>> events = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long version = 1000;
    private long uids;

    /// <summary>Everything below happens under it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Versions at or before it are forgotten.</summary>
    public long CompactedAt { get; private set; }

    public long Version => version;

    /// <summary>Called with each change, under the lock: the controllers' ears.</summary>
    public Action<string, EmulatedObject>? Changed { get; set; }

    public Task NextChange
    {
        get
        {
            lock (Gate)
            {
                return changed.Task;
            }
        }
    }

    public EmulatedObject? Find(string plural, string space, string name) => objects.GetValueOrDefault((plural, space, name));

    public IEnumerable<EmulatedObject> All(string plural, string? space = null) =>
        space is null ? (byKind.TryGetValue(plural, out var kind) ? kind.Values : []) : In(space).Where(item => item.Plural == plural);

    public IEnumerable<EmulatedObject> In(string space) => bySpace.TryGetValue(space, out var items) ? items.Values : [];

    public IEnumerable<EmulatedObject> Everything => objects.Values;

    public EmulatedObject Add(string plural, JsonObject json, string manager)
    {
        var meta = json.Meta();
        meta["uid"] = $"00000000-0000-4000-8000-{++uids:x12}";
        meta["creationTimestamp"] = Now();
        meta["resourceVersion"] = Next();
        if (plural == "namespaces")
        {
            meta.Child("labels")["kubernetes.io/metadata.name"] = meta.Text("name");
        }

        var item = new EmulatedObject(plural, json);
        item.Owners.Note(null, json, manager);
        objects[item.Key] = item;
        (byKind.TryGetValue(plural, out var kind) ? kind : byKind[plural] = [])[item.Key] = item;
        (bySpace.TryGetValue(item.Namespace, out var space) ? space : bySpace[item.Namespace] = [])[item.Key] = item;
        Tell("ADDED", item);
        return item;
    }

    /// <summary>Stores a change; one that changes nothing is none, and makes no event.</summary>
    public void Change(EmulatedObject item, JsonObject json)
    {
        if (Json.Same(item.Json, json))
        {
            return;
        }

        json.Meta()["resourceVersion"] = Next();
        item.Json = json;
        Tell("MODIFIED", item);
    }

    public void Update(EmulatedObject item, Action<JsonObject> change)
    {
        var json = item.Json.Clone();
        change(json);
        Change(item, json);
    }

    public void Remove(EmulatedObject item)
    {
        if (!objects.Remove(item.Key))
        {
            return;
        }

        byKind[item.Plural].Remove(item.Key);
        bySpace[item.Namespace].Remove(item.Key);
        var json = item.Json.Clone();
        json.Meta()["resourceVersion"] = Next();
        item.Json = json;
        Tell("DELETED", item);
    }

    /// <summary>Forgets the past, as the database under the API server does.</summary>
    public void Compact()
    {
        lock (Gate)
        {
            CompactedAt = version;
            events.Clear();
            Signal();
        }
    }

    public List<WatchEvent> EventsAfter(string plural, long after)
    {
        if (!events.TryGetValue(plural, out var list))
        {
            return [];
        }

        var first = list.Count;
        while (first > 0 && list[first - 1].Version > after)
        {
            first--;
        }

        return list[first..];
    }

    public static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string Next() => (++version).ToString(CultureInfo.InvariantCulture);

    private void Tell(string type, EmulatedObject item)
    {
        (events.TryGetValue(item.Plural, out var list) ? list : events[item.Plural] = []).Add(new WatchEvent(version, type, item.Json));
        Signal();
        Changed?.Invoke(type, item);
    }

    private void Signal()
    {
        var waiting = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }

    internal sealed record WatchEvent(long Version, string Type, JsonObject Object);
}
