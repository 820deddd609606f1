using k8s;
using Microsoft.Extensions.Options;
using TenantKit.Kubernetes.Api;

namespace TenantKit.Kubernetes.Tests;

/// <summary>Where the connection to the cluster comes from. Nothing else of this process reads the variable at the time: the class is on its own.</summary>
[Collection(nameof(ConnectionTests))]
[CollectionDefinition(nameof(ConnectionTests), DisableParallelization = true)]
public sealed class ConnectionTests : IDisposable
{
    private const string Variable = "KUBECONFIG";
    private readonly string? before = Environment.GetEnvironmentVariable(Variable);
    private readonly string folder = Directory.CreateTempSubdirectory("tenantkit-").FullName;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, before);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Variable_NamesAFile_ThatClusterIsUsed()
    {
        Environment.SetEnvironmentVariable(Variable, Write("one"));

        Assert.Equal("one.example", Open(new KubernetesOptions()));
    }

    [Fact]
    public void Variable_NamesSeveralFiles_TheContextIsFoundInAnyOfThem()
    {
        Environment.SetEnvironmentVariable(Variable, string.Join(Path.PathSeparator, Path.Combine(folder, "missing"), Write("one"), Write("two")));

        Assert.Equal("one.example", Open(new KubernetesOptions()));
        Assert.Equal("two.example", Open(new KubernetesOptions { Context = "two" }));
    }

    [Fact]
    public void Variable_NamesNoFile_SaysSo()
    {
        Environment.SetEnvironmentVariable(Variable, Path.Combine(folder, "missing"));

        var error = Assert.Throws<InvalidOperationException>(() => Open(new KubernetesOptions()));

        Assert.Contains("where there is no file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Setting_GoesBeforeTheVariable()
    {
        Environment.SetEnvironmentVariable(Variable, Write("one"));

        Assert.Equal("two.example", Open(new KubernetesOptions { KubeConfig = Write("two") }));
    }

    [Fact]
    public void Connection_ThatCarriesNothing_IsGivenUpWithinHalfAMinute()
    {
        var settings = new KubernetesClientConfiguration { Host = "https://cluster.example" };
        using var connection = new ClusterConnection(settings);
        using var handler = new SocketsHttpHandler();

        settings.FirstMessageHandlerSetup(handler);

        Assert.Equal(HttpKeepAlivePingPolicy.WithActiveRequests, handler.KeepAlivePingPolicy);
        Assert.InRange((handler.KeepAlivePingDelay + handler.KeepAlivePingTimeout).TotalSeconds, 1, 30);
        Assert.InRange(handler.ConnectTimeout.TotalSeconds, 1, 30);
    }

    [Fact]
    public void Connection_FileThatIsNoYaml_SaysSo()
    {
        var path = Path.Combine(folder, "broken");
        File.WriteAllText(path, "users: [{name: a, user: {token: t}]");

        var error = Assert.Throws<InvalidOperationException>(() => Open(new KubernetesOptions { KubeConfig = path }));

        Assert.StartsWith("No connection to a Kubernetes cluster is configured: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("TenantKit:Kubernetes:KubeConfig", error.Message, StringComparison.Ordinal);
    }

    private static string Open(KubernetesOptions options)
    {
        using var connection = new ClusterConnection(Options.Create(options));
        return connection.Client.BaseUri.Host;
    }

    private string Write(string name)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: {{{name}}}, cluster: {server: "https://{{{name}}}.example"}}]
            users: [{name: {{{name}}}, user: {token: t}}]
            contexts: [{name: {{{name}}}, context: {cluster: {{{name}}}, user: {{{name}}}}}]
            current-context: {{{name}}}
            """);
        return path;
    }
}
