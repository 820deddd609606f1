using System.Net;
using System.Text.RegularExpressions;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Api;

/// <summary>Says what an answer of the API server means for a tenant, and what to do about it.</summary>
internal static partial class ApiTrouble
{
    public static OrchestratorException Explain(string what, ApiException exception)
    {
        var (reason, isTransient, advice) = exception.Code switch
        {
            HttpStatusCode.Forbidden when exception.Message.Contains("exceeded quota", StringComparison.Ordinal) =>
                (StatusReasons.QuotaExceeded, true, "Raise the quota of the namespace, or make the tenant smaller."),
            HttpStatusCode.Forbidden when exception.HasCause("NamespaceTerminating") || exception.Message.Contains("being terminated", StringComparison.Ordinal) =>
                (StatusReasons.OrchestratorUnavailable, true, "Its namespace is being removed; it goes on when that is done."),
            HttpStatusCode.Forbidden when exception.Message.Contains("violates PodSecurity", StringComparison.Ordinal) =>
                (StatusReasons.Rejected, false, "Change the template so that the pod meets the level \"restricted\"."),
            HttpStatusCode.Forbidden when Denied().Match(exception.Message) is { Success: true } denied =>
                (StatusReasons.Forbidden, true, $"Add this rule to the role of the control plane: {Access.RbacRule.Of(exception.Resource, denied.Groups["verb"].Value).ToInline()}"),
            HttpStatusCode.Unauthorized =>
                (StatusReasons.Forbidden, true, "The credentials of the control plane are not accepted. Renew the token or certificate."),
            HttpStatusCode.Forbidden =>
                (StatusReasons.Rejected, true, "An admission rule of the cluster refuses it. Change the rule or the template."),
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest =>
                (StatusReasons.Rejected, false, "The cluster does not accept the object. Change the template."),
            HttpStatusCode.Conflict when exception.HasCause("FieldManagerConflict") =>
                (StatusReasons.NameConflict, true, "Another manager owns the field; give it up there (kubectl apply --server-side --force-conflicts is not done for you)."),
            HttpStatusCode.Conflict =>
                (StatusReasons.OrchestratorUnavailable, true, "It changed meanwhile; it is tried again."),
            HttpStatusCode.TooManyRequests =>
                (StatusReasons.OrchestratorUnavailable, true, "The API server is overloaded; it is tried again."),
            _ => (StatusReasons.OrchestratorUnavailable, true, "It is tried again; look at the API server if it stays."),
        };
        return new OrchestratorException(reason, $"{what} failed: {exception.Message.TrimEnd('.')}. {advice}", isTransient, exception);
    }

    /// <summary>True when the role of the control plane does not allow it, not some other rule.</summary>
    public static bool LacksRight(ApiException exception) => exception.Code == HttpStatusCode.Forbidden && Denied().IsMatch(exception.Message);

    /// <summary>The verb as the server names it: an apply that makes an object needs the right to create.</summary>
    [GeneratedRegex(" cannot (?<verb>[a-z]+) resource ")]
    private static partial Regex Denied();
}
