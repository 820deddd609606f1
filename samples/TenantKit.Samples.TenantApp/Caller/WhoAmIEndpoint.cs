using TenantKit.Agent.Caller;
using TenantKit.Agent.Context;
using TenantKit.Samples.TenantApp.Answers;

namespace TenantKit.Samples.TenantApp.Caller;

/// <summary><c>GET /api/whoami</c>.</summary>
internal static class WhoAmIEndpoint
{
    public static void MapWhoAmI(this IEndpointRouteBuilder routes) => routes.MapGet("/api/whoami", static (HttpContext context) =>
    {
        var tenant = context.RequestServices.GetRequiredService<ITenantContext>();
        var caller = context.RequestServices.GetRequiredService<ICallerContext>().Caller!;
        var answer = new WhoAmI(tenant.TenantId, tenant.TenantName, caller.UserId, caller.UserName, caller.Role, tenant.InstanceId, Environment.ProcessId);
        return context.Response.WriteAsJsonAsync(answer, AppJson.Default.WhoAmI);
    });
}
