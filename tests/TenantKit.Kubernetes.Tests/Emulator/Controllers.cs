using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>The little of the controller manager that is needed: namespaces that end, owners that take along what they own, quotas that are counted, StatefulSets with their pod.</summary>
internal sealed class Controllers(EmulatedStore store, EmulatorOptions options)
{
    public void See(string type, EmulatedObject item)
    {
        if (type == "DELETED")
        {
            CollectOwned(item.Namespace, item.Uid);
            if (item.Plural == "pods")
            {
                FinishNamespace(item.Namespace);
                foreach (var set in store.All("statefulsets", item.Namespace).ToList())
                {
                    Later(options.ControllerDelay, () => Reconcile(set));
                }
            }

            return;
        }

        switch (item.Plural)
        {
            case "resourcequotas" when item.Json["status"] is not JsonObject status || !status.ContainsKey("hard"):
                if (options.QuotaDelay > TimeSpan.Zero)
                {
                    Later(options.QuotaDelay, () => Count(item));
                }
                else
                {
                    Count(item);
                }

                break;
            case "statefulsets":
                Later(options.ControllerDelay, () => Reconcile(item));
                break;
            case "namespaces" when item.IsGoing:
                Later(options.ControllerDelay, () => EndNamespace(item.Name));
                break;
            case "namespaces" when type == "ADDED":
                Later(options.ControllerDelay, () => MakeDefaults(item.Name));
                break;
        }
    }

    /// <summary>Runs a step later, under the lock.</summary>
    public void Later(TimeSpan delay, Action step) => _ = Task.Run(async () =>
    {
        await Task.Delay(delay);
        lock (store.Gate)
        {
            step();
        }
    });

    private void Count(EmulatedObject quota) => store.Update(quota, static json => json.Child("status")["hard"] = json["spec"]!["hard"]!.DeepClone());

    private void MakeDefaults(string space)
    {
        if (store.Find("namespaces", "", space) is not { IsGoing: false })
        {
            return;
        }

        foreach (var (plural, kind, name) in ((string, string, string)[])[("serviceaccounts", "ServiceAccount", "default"), ("configmaps", "ConfigMap", "kube-root-ca.crt")])
        {
            if (store.Find(plural, space, name) is null)
            {
                store.Add(plural, new JsonObject { ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space } }, "kube-controller-manager");
            }
        }
    }

    private void EndNamespace(string space)
    {
        foreach (var item in store.In(space).Where(static item => item.Plural != "pods").ToList())
        {
            store.Remove(item);
        }

        foreach (var pod in store.All("pods", space).Where(static pod => !pod.IsGoing).ToList())
        {
            Deletion.Pod(store, pod, null);
        }

        FinishNamespace(space);
    }

    private void FinishNamespace(string space)
    {
        if (store.Find("namespaces", "", space) is { IsGoing: true } going && !store.All("pods", space).Any())
        {
            foreach (var item in store.In(space).ToList())
            {
                store.Remove(item);
            }

            store.Remove(going);
        }
    }

    private void CollectOwned(string space, string uid) => Later(options.ControllerDelay, () =>
    {
        foreach (var item in store.In(space).Where(item => item.Json.Items("metadata", "ownerReferences").Any(owner => owner.Text("uid") == uid)).ToList())
        {
            if (item.Plural == "pods")
            {
                Deletion.Pod(store, item, null);
            }
            else
            {
                store.Remove(item);
            }
        }
    });

    /// <summary>Foreground deletion: what is owned first, then the owner.</summary>
    public void CollectForeground(EmulatedObject owner)
    {
        var owned = store.In(owner.Namespace).Where(item => item.Json.Items("metadata", "ownerReferences").Any(reference => reference.Text("uid") == owner.Uid)).ToList();
        foreach (var item in owned)
        {
            if (item.Plural == "pods" && !item.IsGoing)
            {
                Deletion.Pod(store, item, null);
            }
            else if (item.Plural != "pods")
            {
                store.Remove(item);
            }
        }

        if (owned.Any(static item => item.Plural == "pods"))
        {
            Later(TimeSpan.FromMilliseconds(20), () => CollectForeground(owner));
        }
        else
        {
            store.Remove(owner);
        }
    }

    private void Reconcile(EmulatedObject set)
    {
        if (store.Find("statefulsets", set.Namespace, set.Name) is not { IsGoing: false } current || store.Find("pods", set.Namespace, set.Name + "-0") is not null)
        {
            return;
        }

        var pod = current.Json["spec"]!["template"]!.DeepClone().AsObject();
        (pod["apiVersion"], pod["kind"]) = ("v1", "Pod");
        var meta = pod.Meta();
        (meta["name"], meta["namespace"]) = (set.Name + "-0", set.Namespace);
        meta["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "StatefulSet", ["name"] = set.Name, ["uid"] = set.Uid, ["controller"] = true });
        try
        {
            Admission.Create(store, "pods", pod);
        }
        catch (ApiError)
        {
            Later(TimeSpan.FromMilliseconds(50), () => Reconcile(set));
            return;
        }

        Deletion.Prepare(pod);
        store.Add("pods", pod, "kube-controller-manager");
    }
}
