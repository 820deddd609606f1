namespace TenantKit.Agent;

/// <summary>The names shared with the gateway. Own copies: an app that uses the agent depends on nothing else of TenantKit. A test holds them in step.</summary>
internal static class AgentProtocol
{
    public const string TenantIdVariable = "TENANTKIT_TENANT_ID";
    public const string TenantNameVariable = "TENANTKIT_TENANT_NAME";
    public const string InstanceIdVariable = "TENANTKIT_INSTANCE_ID";
    public const string KeyFileVariable = "TENANTKIT_KEY_FILE";
    public const string DataDirectoryVariable = "TENANTKIT_DATA_DIR";
    public const string RegistrationUrlVariable = "TENANTKIT_REGISTRATION_URL";
    public const string PortVariable = "PORT";
    public const string UserIdVariable = "USER_ID";
    public const string DatabaseNameVariable = "DB_NAME";
    public const string RegisterPath = "/internal/v1/instances/register";
    public const string IdentityKeysPath = "/.well-known/tenantkit/jwks.json";
    public const string IdentityProofPath = "/.well-known/tenantkit/identity";
    public const string InstanceScheme = "Instance";
    public const string IdentityHeader = "X-TenantKit-Identity";
    public const string IdentityIssuer = "tenantkit-gateway";
    public const string ProofLabel = "tenantkit-probe";
}
