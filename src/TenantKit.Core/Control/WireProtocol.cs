namespace TenantKit.Control;

/// <summary>The names that TenantKit and an instance share. The agent package repeats them, as it depends on nothing else of TenantKit.</summary>
/// <remarks>
/// Registration: <c>POST {registration url}/internal/v1/instances/register</c> with <c>Authorization: Instance {hex of key}</c> and
/// <c>{tenantId, instanceId, claim, port, healthPath}</c>; the answer is <c>{heartbeatSeconds}</c>.
/// Identity proof: <c>GET {instance}/.well-known/tenantkit/identity?nonce={64 hex}</c> answers <c>{tenantId, instanceId, proof}</c>, proof being
/// the hexadecimal <c>HMAC-SHA256(key, "tenantkit-probe" ‖ 0 ‖ nonce ‖ 0 ‖ tenant id ‖ 0 ‖ instance id)</c>,
/// every text in UTF-8 and the nonce as it was sent (its 64 characters, not the bytes they stand for); the key file's text stands for 32 bytes.
/// A claim is <c>ready</c>, <c>unready</c> or <c>draining</c>.
/// Caller identity: the header <see cref="IdentityHeader"/>, an ES256 JWT whose audience is the tenant id, with <c>sub</c>, <c>name</c> and <c>role</c> of the user; keys at
/// <c>{registration url}/.well-known/tenantkit/jwks.json</c>.
/// </remarks>
public static class WireProtocol
{
    /// <summary>Environment: the tenant's id.</summary>
    public const string TenantIdVariable = "TENANTKIT_TENANT_ID";

    /// <summary>Environment: the tenant's name.</summary>
    public const string TenantNameVariable = "TENANTKIT_TENANT_NAME";

    /// <summary>Environment: the instance's id.</summary>
    public const string InstanceIdVariable = "TENANTKIT_INSTANCE_ID";

    /// <summary>Environment: path of the file that holds the instance's key as lower-case hexadecimal.</summary>
    public const string KeyFileVariable = "TENANTKIT_KEY_FILE";

    /// <summary>Environment: folder of the tenant's data.</summary>
    public const string DataDirectoryVariable = "TENANTKIT_DATA_DIR";

    /// <summary>Environment: base address for registration and identity keys.</summary>
    public const string RegistrationUrlVariable = "TENANTKIT_REGISTRATION_URL";

    /// <summary>Environment: the port to listen on.</summary>
    public const string PortVariable = "PORT";

    /// <summary>Path of the registration endpoint on the gateway's internal listener.</summary>
    public const string RegisterPath = "/internal/v1/instances/register";

    /// <summary>Path of the identity keys on the gateway's internal listener.</summary>
    public const string IdentityKeysPath = "/.well-known/tenantkit/jwks.json";

    /// <summary>Path of the identity proof on an instance.</summary>
    public const string IdentityProofPath = "/.well-known/tenantkit/identity";

    /// <summary>Scheme of the <c>Authorization</c> header of a registration.</summary>
    public const string InstanceScheme = "Instance";

    /// <summary>Header that carries the verified caller to the app.</summary>
    public const string IdentityHeader = "X-TenantKit-Identity";

    /// <summary>Issuer of the caller identity.</summary>
    public const string IdentityIssuer = "tenantkit-gateway";

    /// <summary>Claim of the caller identity: the tenant's name.</summary>
    public const string TenantNameClaim = "tenant_name";
}
