using System.Text.Json.Nodes;
using TenantKit.LoadChecks.Hosting;

namespace TenantKit.LoadChecks.Cycles;

/// <summary>Apps that sleep after a second without requests. One start in twenty ends before it listens, and as many are killed within their first second.</summary>
internal static class SleepyApps
{
    /// <summary>The cheap one: a static page that names the instance, served by BusyBox. It proves no identity, so its probe is a plain one.</summary>
    public static string[] Cheap { get; } =
    [
        "/bin/sh", "-c",
        """
        chance=$(busybox od -An -N1 -tu1 /dev/urandom)
        [ $chance -ge 13 ] || exit 3
        [ $chance -ge 26 ] || (sleep 0.$((chance % 10)); kill -9 $$) &
        echo "page $TENANTKIT_INSTANCE_ID" > item
        exec busybox httpd -f -p "127.0.0.1:$PORT" -h .
        """,
    ];

    public static JsonObject CheapTemplate => Sleepy(new JsonObject { ["kind"] = "http", ["path"] = "/item", ["stopGracePeriod"] = "00:00:02" });

    /// <summary>This program's own app, with the agent, its registration and its identity proof.</summary>
    public static string[] Whole { get; } = Apps.Ledger;

    public static JsonObject WholeTemplate
    {
        get
        {
            var template = Sleepy(new JsonObject { ["stopGracePeriod"] = "00:00:05" });
            template["env"] = new JsonObject { [App.LedgerApp.CrashesVariable] = "true" };
            return template;
        }
    }

    private static JsonObject Sleepy(JsonObject probe) => new()
    {
        ["idleTimeout"] = "00:00:01",
        ["probe"] = probe,
        ["resources"] = new JsonObject { ["cpu"] = "500m", ["memory"] = "200Mi" },
    };
}
