namespace TenantKit.Orchestration;

/// <summary>The secret of each instance: what it signs its registration and its identity proof with.</summary>
public interface IInstanceCredentials
{
    /// <summary>
    /// The key of an instance: <c>HMAC-SHA256(installation secret, "tenantkit-instance" ‖ 0 ‖ tenant id ‖ 0 ‖ instance id)</c>, 32 bytes.
    /// The same for the same ids, over restarts of the control plane.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="instanceId">The instance.</param>
    /// <returns>32 bytes. Deliver it to that instance only; never log it.</returns>
    /// <remarks>Thread-safe.</remarks>
    byte[] GetKey(string tenantId, string instanceId);
}
