using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Admin.Templates;

/// <summary>Body of a template or of its next version. Members left out get the defaults of a new template.</summary>
internal sealed record TemplateRequest
{
    /// <summary>Name; in a change it is the path's and may be left out.</summary>
    public string? Name { get; init; }

    /// <summary>Image of the app.</summary>
    public string? Image { get; init; }

    /// <summary>Command and arguments; empty for the image's own.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Environment of the app.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>The port the app listens on.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The size of a new unit.</summary>
    public ResourcesBody? Resources { get; init; }

    /// <summary>Where the database lives.</summary>
    [JsonConverter(typeof(CamelCaseEnum<DatabaseMode>))]
    public DatabaseMode Database { get; init; } = DatabaseMode.Embedded;

    /// <summary>Fewest copies while awake.</summary>
    public int MinReplicas { get; init; } = 1;

    /// <summary>Most copies.</summary>
    public int MaxReplicas { get; init; } = 4;

    /// <summary>How the number of copies follows the load; null when it is set by hand only.</summary>
    public AutoscaleBody? Autoscale { get; init; }

    /// <summary>Idle time before sleep, <c>hh:mm:ss</c>; null for the host's default; zero never sleeps.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether a request may wake a sleeping tenant.</summary>
    public bool WakeOnRequest { get; init; } = true;

    /// <summary>Probes.</summary>
    public ProbeBody? Probe { get; init; }

    /// <summary>Load-balancing policy by name.</summary>
    public string? LoadBalancing { get; init; }

    /// <summary>How requests are brought to the app.</summary>
    public HttpBody? Http { get; init; }

    /// <summary>Path prefixes that need no sign-in.</summary>
    public IReadOnlyList<string>? AnonymousPaths { get; init; }

    /// <summary>Checks what can be checked here; the rest is checked where templates are published.</summary>
    public Template ToTemplate(string name)
    {
        var errors = new Dictionary<string, string[]>();
        var standard = ResourceLimits.Default;
        var cpu = Quantity.Cpu(Resources?.Cpu, "resources.cpu", errors) ?? standard.CpuMillicores;
        var memory = Quantity.Memory(Resources?.Memory, "resources.memory", errors) ?? standard.MemoryBytes;
        var storage = Quantity.Storage(Resources?.Storage, "resources.storage", errors) ?? standard.StorageBytes;
        if (string.IsNullOrWhiteSpace(Image))
        {
            errors["image"] = ["The image of the app is needed."];
        }

        if (Command?.Any(static part => part is null) == true || AnonymousPaths?.Any(static path => path is null) == true || Http?.IdempotentPosts?.Any(static path => path is null) == true || Env?.Values.Any(static value => value is null) == true)
        {
            errors["template"] = ["Lists and env hold texts, not null."];
        }

        return errors.Count > 0
            ? throw ApiException.Invalid(errors)
            : new Template
            {
                Name = name,
                Version = 1,
                Image = Image!,
                Command = Command ?? [],
                Environment = Env ?? new Dictionary<string, string>(),
                Port = Port,
                Resources = new ResourceLimits(cpu, memory, storage),
                Database = Database,
                MinReplicas = MinReplicas,
                MaxReplicas = MaxReplicas,
                Autoscale = Autoscale?.ToSettings(),
                IdleTimeout = IdleTimeout,
                WakeOnRequest = WakeOnRequest,
                Probe = (Probe ?? new ProbeBody()).ToSettings(),
                LoadBalancing = LoadBalancing,
                Http = (Http ?? new HttpBody()).ToSettings(),
                AnonymousPaths = AnonymousPaths ?? [],
                CreatedAt = default, // set where it is published
            };
    }
}
