using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>
/// An API server with a node, in this process, on a loopback port. It follows the rules of the real one in what this package uses, and can be
/// made to fail in the ways that real ones do.
/// </summary>
internal sealed class EmulatedCluster : IAsyncDisposable
{
    /// <summary>Who shows it may do everything, and is neither counted nor disturbed.</summary>
    public const string AdminToken = "admin";

    private readonly WebApplication app;
    private readonly Controllers controllers;
    private readonly EmulatedVerbs verbs;
    private readonly EmulatedStreams streams;
    private int registryRequests;

    private EmulatedCluster()
    {
        controllers = new Controllers(Store, Options);
        Kubelet = new Kubelet(Store, Options, controllers, Database);
        verbs = new EmulatedVerbs(Store, controllers, Faults);
        streams = new EmulatedStreams(Store, Options, Kubelet, Faults);
        Store.Changed = (type, item) =>
        {
            controllers.See(type, item);
            Kubelet.See(type, item);
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false).UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(HandleAsync);
    }

    public EmulatorOptions Options { get; } = new();

    /// <summary>A database server for tenants that share one.</summary>
    public EmulatedDatabase Database { get; } = new();

    /// <summary>How often the registry was asked.</summary>
    public int RegistryRequests => registryRequests;

    public EmulatedStore Store { get; } = new();

    public EmulatedFaults Faults { get; } = new();

    public Kubelet Kubelet { get; }

    /// <summary>All requests so far, as an audit log has them.</summary>
    public ConcurrentQueue<AuditLine> Audit { get; } = new();

    public string Address { get; private set; } = "";

    /// <summary>The registry that the images are in.</summary>
    public string Registry => new Uri(Address).Authority;

    public static async Task<EmulatedCluster> StartAsync(Action<EmulatorOptions>? configure = null)
    {
        var cluster = new EmulatedCluster();
        configure?.Invoke(cluster.Options);
        await cluster.app.StartAsync();
        cluster.Address = cluster.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return cluster;
    }

    public List<JsonObject> List(string plural, string? space = null)
    {
        lock (Store.Gate)
        {
            return [.. Store.All(plural, space).Select(static item => item.Json)];
        }
    }

    public JsonObject? Get(string plural, string space, string name)
    {
        lock (Store.Gate)
        {
            return Store.Find(plural, space, name)?.Json;
        }
    }

    /// <summary>Makes an object as a person with kubectl does.</summary>
    public void Make(string plural, JsonObject json)
    {
        lock (Store.Gate)
        {
            verbs.Create(new ApiPath("", plural, json.Text("metadata", "namespace"), "", ""), json, "kubectl-create");
        }
    }

    /// <summary>What a person with kubectl does.</summary>
    public void Edit(string plural, string space, string name, Action<JsonObject> change, string manager = "kubectl-edit")
    {
        lock (Store.Gate)
        {
            var item = Store.Find(plural, space, name) ?? throw ApiError.NotFound(plural, name);
            var before = item.Json;
            Store.Update(item, change);
            item.Owners.Note(before, item.Json, manager);
        }
    }

    public void Delete(string plural, string space, string name)
    {
        lock (Store.Gate)
        {
            verbs.Delete(new ApiPath("", plural, space, name, ""), null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Faults.CutAll();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (context.Request.Path.StartsWithSegments("/v2", out var image))
            {
                Interlocked.Increment(ref registryRequests);
                AnswerRegistry(context, image);
                return;
            }

            if (context.Request.Path == "/readyz")
            {
                context.Response.StatusCode = Options.IsStarting || !Options.SaysWhetherReady ? 403 : 200;
                return;
            }

            if (!ApiPath.TryParse(context.Request.Path.Value!, out var path) || (path.Group == "metrics.k8s.io" && !Options.ServesMetrics) || (path.Subresource == "resize" && !Options.ServesResize))
            {
                throw new ApiError(404, "NotFound", "the server could not find the requested resource");
            }

            var verb = VerbOf(context.Request, path);
            if (context.Request.Headers.Authorization == $"Bearer {AdminToken}")
            {
                await AnswerAsync(context, verb, path);
                return;
            }

            Audit.Enqueue(new AuditLine(verb, path.Resource, path.Namespace, path.Name));
            Authorize(path, verb);
            if (verb == "patch" && path.Subresource.Length == 0 && Get(path.Plural, path.Namespace, path.Name) is null)
            {
                Authorize(path, "create");
            }

            await Faults.BeforeAsync(context, verb, path);
            await AnswerAsync(context, verb, path);
        }
        catch (ApiError error)
        {
            await RefuseAsync(context, error);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task AnswerAsync(HttpContext context, string verb, ApiPath path)
    {
        if (verb == "watch")
        {
            await streams.WatchAsync(context, path);
            return;
        }

        if (path.Resource == "pods/log")
        {
            await streams.LogAsync(context, path);
            return;
        }

        var body = context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0
            ? JsonNode.Parse(await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted)) as JsonObject
            : null;
        JsonObject answer;
        var code = 200;
        lock (Store.Gate)
        {
            (answer, code) = verb switch
            {
                "list" when path.Group == "metrics.k8s.io" => (verbs.Metrics(path, context.Request.Query["labelSelector"].ToString()), 200),
                "list" => (verbs.List(path, context.Request.Query, context.Request.Headers.Accept.ToString().Contains("PartialObjectMetadataList", StringComparison.Ordinal)), 200),
                "get" => (verbs.Get(path), 200),
                "create" => (verbs.Create(path, body!, ManagerOf(context), context.Request.Query["dryRun"] == "All"), 201),
                "update" => (verbs.Update(path, body!, ManagerOf(context)), 200),
                "patch" => verbs.Patch(path, body!, context.Request.ContentType ?? "", ManagerOf(context), context.Request.Query["force"] == "true"),
                "delete" => (verbs.Delete(path, body), 200),
                _ => throw new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
            };
        }

        Faults.After(context, verb, path);
        await WriteAsync(context, code, answer);
    }

    private void Authorize(ApiPath path, string verb)
    {
        if (Options.IsStarting || (Options.Rights is { } rights && !rights.Contains($"{verb} {path.Group}/{path.Resource}")))
        {
            throw new ApiError(403, "Forbidden", $"{path.Plural}{(path.Name.Length == 0 ? "" : $" \"{path.Name}\"")} is forbidden: User \"system:serviceaccount:tenantkit-system:tenantkit-control\" cannot {verb} resource \"{path.Resource}\" in API group \"{path.Group}\" {(path.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{path.Namespace}\"")}");
        }
    }

    private static string ManagerOf(HttpContext context) => context.Request.Query["fieldManager"].ToString() is { Length: > 0 } manager ? manager : "unknown";

    private static string VerbOf(HttpRequest request, ApiPath path) => request.Method switch
    {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => path.Name.Length == 0 ? "deletecollection" : "delete",
        _ => path.Name.Length > 0 ? "get" : request.Query["watch"] == "true" ? "watch" : "list",
    };

    private static void AnswerRegistry(HttpContext context, PathString image)
    {
        if (image.Value!.Contains("missing", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.Headers["Docker-Content-Digest"] = "sha256:" + new string('a', 64);
    }

    private static async Task WriteAsync(HttpContext context, int code, JsonObject answer)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()), context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, ApiError error)
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        await WriteAsync(context, error.Code, error.ToStatus());
    }
}
