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
            case "limitranges" when !Json.Same(item.Seen, item.Json["spec"]):
                // The admission plug-in has a view of its own, which follows.
                Later(options.QuotaDelay, () => item.Seen = item.Json["spec"]!.DeepClone());
                break;
            case "resourcequotas" when !Json.Same(item.Json["status"]?["hard"], item.Json["spec"]?["hard"]):
                if (options.QuotaDelay > TimeSpan.Zero)
                {
                    Later(options.QuotaDelay, () => Count(item));
                }
                else
                {
                    Count(item);
                }

                break;
            case "jobs" when type == "ADDED":
                Later(options.ControllerDelay, () => StartJob(item));
                break;
            case "pods" when item.Json.Text("status", "phase") is "Succeeded" or "Failed" && item.Json.Text("metadata", "labels", "batch.kubernetes.io/job-name") is { Length: > 0 } job:
                FinishJob(item, job);
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

    private void Count(EmulatedObject quota)
    {
        quota.Charged.Clear();
        store.Update(quota, static json => json.Child("status")["hard"] = json["spec"]!["hard"]!.DeepClone());
    }

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

    /// <summary>Makes the pod of a job; what admission refuses now, for instance in a namespace that has no account yet, is tried again.</summary>
    private void StartJob(EmulatedObject job)
    {
        if (store.Find("jobs", job.Namespace, job.Name)?.Uid != job.Uid)
        {
            return;
        }

        var pod = job.Json["spec"]!["template"]!.DeepClone().AsObject();
        (pod["apiVersion"], pod["kind"]) = ("v1", "Pod");
        var meta = pod.Meta();
        (meta["name"], meta["namespace"]) = (job.Name + "-x7k2p", job.Namespace);
        meta.Child("labels")["batch.kubernetes.io/job-name"] = job.Name;
        meta["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = job.Name, ["uid"] = job.Uid, ["controller"] = true });
        try
        {
            Admission.Create(store, "pods", pod);
        }
        catch (ApiError refused)
        {
            EmulatedEvents.Report(store, job, "Warning", "FailedCreate", $"Error creating: {refused.Message}");
            Later(TimeSpan.FromMilliseconds(50), () => StartJob(job));
            return;
        }

        Deletion.Prepare(pod);
        store.Add("pods", pod, "kube-controller-manager");
    }

    /// <summary>A job that is over goes after its time, and takes what it owns along.</summary>
    private void FinishJob(EmulatedObject pod, string name)
    {
        if (store.Find("jobs", pod.Namespace, name) is { } job)
        {
            store.Update(job, json => json.Child("status")[pod.Json.Text("status", "phase") == "Succeeded" ? "succeeded" : "failed"] = 1);
            Later(options.Second * int.Parse(job.Json.Text("spec", "ttlSecondsAfterFinished"), System.Globalization.CultureInfo.InvariantCulture), () => store.Remove(job));
        }
    }

    /// <summary>Volumes from templates: made when they are not there, whatever was there before.</summary>
    private void MakeVolumes(EmulatedObject set, JsonObject pod)
    {
        foreach (var template in set.Json.Items("spec", "volumeClaimTemplates"))
        {
            var (name, claim) = (template.Text("metadata", "name"), template.Clone());
            var claimName = $"{name}-{set.Name}-0";
            if (store.Find("persistentvolumeclaims", set.Namespace, claimName) is null)
            {
                (claim.Meta()["name"], claim.Meta()["namespace"]) = (claimName, set.Namespace);
                Admission.Create(store, "persistentvolumeclaims", claim);
                store.Add("persistentvolumeclaims", claim, "kube-controller-manager");
            }

            var volumes = pod["spec"]!["volumes"] as JsonArray ?? [];
            volumes.Add(new JsonObject { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claimName } });
            pod["spec"]!["volumes"] = volumes.Parent is null ? volumes : volumes.DeepClone();
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
            MakeVolumes(current, pod);
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
