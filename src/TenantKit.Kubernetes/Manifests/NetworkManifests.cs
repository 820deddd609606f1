using k8s.Models;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>The walls: what is not named here neither comes in nor gets out.</summary>
internal static class NetworkManifests
{
    public const int DatabasePort = 3306;
    private const string NamespaceName = "kubernetes.io/metadata.name";

    public static IEnumerable<V1NetworkPolicy> Of(UnitSpec spec, KubernetesOptions options)
    {
        var names = Names.Of(spec.Unit, options);
        // One-off commands are of the app's kind: they reach what it reaches.
        var app = Select(spec, options, Marks.App, Marks.Command);
        var database = Select(spec, options, Marks.DatabaseServer);
        var isDedicated = spec.Database == DatabaseMode.Dedicated;
        var own = new V1NetworkPolicyPeer { PodSelector = app };
        if (!names.IsShared)
        {
            // Nothing passes but the own app to the database: said for all pods at once, as there is no other of that port.
            yield return Policy(spec, "default-deny", new V1LabelSelector(), isDedicated ? [Ingress([own], DatabasePort)] : [], [], options);
        }

        List<V1NetworkPolicyEgressRule> egress = [Dns(), Egress([System(options)]), Egress([own], spec.Port)];
        if (isDedicated)
        {
            egress.Add(Egress([new V1NetworkPolicyPeer { PodSelector = database }], DatabasePort));
        }

        if (spec.Database == DatabaseMode.Shared)
        {
            egress.Add(Egress([SharedDatabaseManifests.Server(options)], options.SharedDatabase.Port));
        }

        if (options.AllowedEgress.Count > 0)
        {
            egress.Add(Egress([.. options.AllowedEgress.Select(static block => new V1NetworkPolicyPeer { IpBlock = new V1IPBlock { Cidr = block } })]));
        }

        yield return Policy(spec, names["app"], app, [Ingress([System(options), own], spec.Port)], egress, options);
        if (isDedicated && names.IsShared)
        {
            yield return Policy(spec, names.Database, database, [Ingress([own], DatabasePort)], [], options);
        }
    }

    private static V1NetworkPolicy Policy(
        UnitSpec spec, string name, V1LabelSelector pods, IList<V1NetworkPolicyIngressRule> ingress, IList<V1NetworkPolicyEgressRule> egress, KubernetesOptions options) => new()
    {
        ApiVersion = "networking.k8s.io/v1",
        Kind = "NetworkPolicy",
        Metadata = Marks.Metadata(spec.Unit, name, Marks.Unit, options),
        Spec = new V1NetworkPolicySpec { PodSelector = pods, PolicyTypes = ["Ingress", "Egress"], Ingress = ingress, Egress = egress },
    };

    private static V1LabelSelector Select(UnitSpec spec, KubernetesOptions options, params string[] components) => new()
    {
        MatchLabels = new Dictionary<string, string> { [Marks.Installation] = options.Installation, [Marks.Tenant] = Names.Safe(spec.Unit.TenantId) },
        MatchExpressions = [new V1LabelSelectorRequirement { Key = Marks.Component, OperatorProperty = "In", Values = components }],
    };

    /// <summary>Gateways and the registration endpoint, recognised by their namespace: who may create pods there is trusted with all tenants.</summary>
    private static V1NetworkPolicyPeer System(KubernetesOptions options) => new()
    {
        NamespaceSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [NamespaceName] = options.SystemNamespace } },
        PodSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app.kubernetes.io/part-of"] = "tenantkit" } },
    };

    private static V1NetworkPolicyIngressRule Ingress(IList<V1NetworkPolicyPeer> from, int port) => new() { FromProperty = from, Ports = [Port("TCP", port)] };

    private static V1NetworkPolicyEgressRule Egress(IList<V1NetworkPolicyPeer> to, params int[] ports) => new()
    {
        To = to, Ports = ports.Length == 0 ? null : [.. ports.Select(static port => Port("TCP", port))],
    };

    private static V1NetworkPolicyEgressRule Dns() => new()
    {
        To =
        [
            new V1NetworkPolicyPeer
            {
                NamespaceSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [NamespaceName] = "kube-system" } },
                PodSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["k8s-app"] = "kube-dns" } },
            },
        ],
        Ports = [Port("UDP", 53), Port("TCP", 53)],
    };

    private static V1NetworkPolicyPort Port(string protocol, int port) => new() { Protocol = protocol, Port = port };
}
