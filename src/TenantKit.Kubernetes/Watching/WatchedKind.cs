using System.Text.Json;
using k8s;
using k8s.Models;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;

namespace TenantKit.Kubernetes.Watching;

/// <summary>How one kind is listed and watched, and what is kept of its objects.</summary>
/// <typeparam name="T">What is kept.</typeparam>
internal sealed record WatchedKind<T>(ApiResource Resource, string? Namespace, string Selector, string Accept, Func<JsonElement, T?> Read)
    where T : WatchedObject
{
    private const string Everything = "application/json";

    /// <summary>Of records the server sends the metadata alone: logs that are kept in them stay where they are.</summary>
    public const string ListMetadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    public const string MetadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    public string ListAccept => Accept == MetadataOnly ? ListMetadata : Accept;

    public static WatchedKind<PodState> Pods(KubernetesOptions options) => new(
        KubeApi.Pods, options.SharedNamespace, Marks.Selector(options), Everything, static json => PodReader.Read(NeededFields.OfPod(json)));

    /// <summary>What a crash leaves between the making of a namespace and of the record in it is found here alone.</summary>
    public static WatchedKind<UnitRecord> Namespaces(KubernetesOptions options) => new(KubeApi.Namespaces, null, Marks.Selector(options), MetadataOnly, ReadMetadata);

    public static WatchedKind<UnitRecord> Records(KubernetesOptions options) => new(
        KubeApi.ServiceAccounts, options.SharedNamespace, $"{Marks.Selector(options)},{Marks.Component}={Marks.Unit}", MetadataOnly, ReadMetadata);

    private static UnitRecord? ReadMetadata(JsonElement json) =>
        json.TryGetProperty("metadata", out var metadata) ? UnitRecord.Read(NeededFields.OfMetadata(metadata)) : null;
}
