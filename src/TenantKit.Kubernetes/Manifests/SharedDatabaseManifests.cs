using System.Globalization;
using k8s.Models;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>
/// The mode <c>Shared</c>: the job that makes or removes a tenant's schema and account, in a namespace of its own that alone has the server's
/// credentials, and what a tenant's pods are given.
/// </summary>
internal static class SharedDatabaseManifests
{
    public const int Deadline = 120;
    private const int KeptSeconds = 60;
    private const string Password = "password";
    private const string Statements = "statements.sql";
    private const string StatementsFolder = "/run/tenantkit-job";
    private const string AppFolder = "/run/tenantkit-db";
    private const string AdminFolder = "/run/tenantkit-admin";

    public static string SpaceOf(KubernetesOptions options) => options.SharedNamespace ?? options.SharedDatabase.Namespace;

    /// <summary>Runs statements once on the shared server. It ends by itself, and takes itself away with its pod and its Secret.</summary>
    /// <param name="unit">Whose schema it is.</param>
    /// <param name="verb">What it does, for its name.</param>
    /// <param name="id">Its id.</param>
    /// <param name="options">The installation's options.</param>
    public static V1Job Job(UnitRef unit, string verb, string id, KubernetesOptions options)
    {
        var metadata = Metadata(unit, $"{verb}-{id}", id, options);
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = metadata,
            Spec = new V1JobSpec
            {
                // One try: the control loop tries again, with its back-off and with what the server said.
                BackoffLimit = 0,
                ActiveDeadlineSeconds = Deadline,
                TtlSecondsAfterFinished = KeptSeconds,
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = metadata.Labels, Annotations = metadata.Annotations },
                    Spec = new V1PodSpec
                    {
                        RestartPolicy = "Never",
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        TerminationGracePeriodSeconds = 1,
                        RuntimeClassName = options.RuntimeClass,
                        SecurityContext = PodSecurity.Pod(options.SharedDatabase.RunAsUser),
                        Containers = [Container(options)],
                        Volumes = [.. Volumes(metadata.Name, options)],
                    },
                },
            },
        };
    }

    /// <summary>What a job runs; it is the job's and goes with it.</summary>
    public static V1Secret StatementsOf(UnitRef unit, V1Job job, string statements, KubernetesOptions options)
    {
        var metadata = Metadata(unit, job.Metadata.Name, job.Metadata.Annotations[Marks.InstanceId], options);
        metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "batch/v1", Kind = "Job", Name = job.Metadata.Name, Uid = job.Metadata.Uid }];
        return new V1Secret
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Metadata = metadata,
            Immutable = true,
            Type = "Opaque",
            StringData = new Dictionary<string, string> { [Statements] = statements },
        };
    }

    /// <summary>The tenant's own password, in its own namespace.</summary>
    public static V1Secret Credentials(UnitSpec spec, byte[] key, KubernetesOptions options) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Metadata = Marks.Metadata(spec.Unit, Names.Of(spec.Unit, options).Schema, Marks.App, options),
        Immutable = true,
        Type = "Opaque",
        StringData = new Dictionary<string, string> { [Password] = TenantSchema.Password(key) },
    };

    /// <summary>Gives an app's pod its schema: where it is, and as whom.</summary>
    public static void Attach(V1Pod pod, UnitSpec spec, KubernetesOptions options)
    {
        var (app, name) = (pod.Spec.Containers[0], TenantSchema.NameOf(spec.Unit.TenantId, options));
        foreach (var (variable, value) in ((string, string?)[])
        [
            ("DB_HOST", options.SharedDatabase.Host), ("DB_PORT", options.SharedDatabase.Port.ToString(CultureInfo.InvariantCulture)), ("DB_NAME", name), ("DB_USER", name),
            ("DB_PASSWORD_FILE", $"{AppFolder}/{Password}"),
        ])
        {
            var known = app.Env.FirstOrDefault(candidate => candidate.Name == variable);
            if (known is null)
            {
                app.Env.Add(new V1EnvVar { Name = variable, Value = value });
            }
            else
            {
                known.Value = value;
            }
        }

        app.VolumeMounts.Add(new V1VolumeMount { Name = "db", MountPath = AppFolder, ReadOnlyProperty = true });
        pod.Spec.Volumes.Add(new V1Volume { Name = "db", Secret = new V1SecretVolumeSource { SecretName = Names.Of(spec.Unit, options).Schema, DefaultMode = 0b100_100_000 } });
    }

    /// <summary>The server's pods, or its network.</summary>
    public static V1NetworkPolicyPeer Server(KubernetesOptions options) => options.SharedDatabase.Network is { } network
        ? new V1NetworkPolicyPeer { IpBlock = new V1IPBlock { Cidr = network } }
        : new V1NetworkPolicyPeer
        {
            NamespaceSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = SpaceOf(options) } },
            PodSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [Marks.Component] = "shared-database" } },
        };

    private static V1ObjectMeta Metadata(UnitRef unit, string name, string id, KubernetesOptions options)
    {
        var metadata = Marks.Metadata(unit, name, Marks.DatabaseJob, options);
        metadata.NamespaceProperty = SpaceOf(options);
        metadata.Annotations[Marks.InstanceId] = id;
        return metadata;
    }

    /// <remarks>A statement that fails is not repeated in what is said: it may hold a password.</remarks>
    private static V1Container Container(KubernetesOptions options)
    {
        var (server, tls) = (options.SharedDatabase, options.SharedDatabase.RequireTls ? $"--ssl-ca={AdminFolder}/ca.crt --ssl-verify-server-cert" : "--loose-skip-ssl-verify-server-cert");
        var container = new V1Container
        {
            Name = "database-job",
            Image = server.Image,
            ImagePullPolicy = "IfNotPresent",
            Command = ["/bin/sh", "-c", $"exec mariadb --no-defaults --host=\"$DB_HOST\" --port=\"$DB_PORT\" --user=\"$DB_ADMIN\" --protocol=tcp --connect-timeout=10 {tls} --batch --loose-skip-print-query-on-error <{StatementsFolder}/{Statements}"],
            Env =
            [
                new V1EnvVar { Name = "DB_HOST", Value = server.Host }, new V1EnvVar { Name = "DB_PORT", Value = server.Port.ToString(CultureInfo.InvariantCulture) },
                Admin("DB_ADMIN", "username", server), Admin("MYSQL_PWD", Password, server),
            ],
            // The server's own words are in the pod's status: no right to read logs is needed for them.
            TerminationMessagePolicy = "FallbackToLogsOnError",
            Resources = Sizes.Of(100, 128L << 20, options),
            SecurityContext = PodSecurity.Container(),
            VolumeMounts = [new V1VolumeMount { Name = "statements", MountPath = StatementsFolder, ReadOnlyProperty = true }, new V1VolumeMount { Name = "tmp", MountPath = "/tmp" }],
        };
        if (server.RequireTls)
        {
            container.VolumeMounts.Add(new V1VolumeMount { Name = "admin", MountPath = AdminFolder, ReadOnlyProperty = true });
        }

        return container;
    }

    private static V1EnvVar Admin(string variable, string key, SharedDatabaseOptions server) => new()
    {
        Name = variable, ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = server.AdminSecret, Key = key } },
    };

    private static IEnumerable<V1Volume> Volumes(string name, KubernetesOptions options)
    {
        yield return new V1Volume { Name = "statements", Secret = new V1SecretVolumeSource { SecretName = name, DefaultMode = 0b100_100_000 } };
        yield return new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = Sizes.Bytes(16L << 20) } };
        if (options.SharedDatabase.RequireTls)
        {
            yield return new V1Volume
            {
                Name = "admin",
                Secret = new V1SecretVolumeSource { SecretName = options.SharedDatabase.AdminSecret, DefaultMode = 0b100_100_000, Items = [new V1KeyToPath { Key = "ca.crt", Path = "ca.crt" }] },
            };
        }
    }
}
