namespace TenantKit.Management;

/// <summary>The stable codes of refusals.</summary>
public static class ManagementErrors
{
    /// <summary>Fields are wrong; see the errors by field.</summary>
    public const string ValidationFailed = "validation_failed";

    /// <summary>No such tenant.</summary>
    public const string TenantNotFound = "tenant_not_found";

    /// <summary>The tenant is being deleted.</summary>
    public const string TenantDeleting = "tenant_deleting";

    /// <summary>The tenant is suspended.</summary>
    public const string TenantSuspended = "tenant_suspended";

    /// <summary>A tenant of that name exists.</summary>
    public const string TenantNameTaken = "tenant_name_taken";

    /// <summary>No such template, or it is withdrawn.</summary>
    public const string TemplateNotFound = "template_not_found";

    /// <summary>A template of that name exists.</summary>
    public const string TemplateNameTaken = "template_name_taken";

    /// <summary>Tenants still use the template.</summary>
    public const string TemplateInUse = "template_in_use";

    /// <summary>No such operation.</summary>
    public const string OperationNotFound = "operation_not_found";

    /// <summary>The resource was changed in the meantime.</summary>
    public const string RevisionStale = "revision_stale";
}
