using TenantKit.Control;

namespace TenantKit.Agent.Tests;

public sealed class AgentProtocolTests
{
    [Fact]
    public void Names_InAgentAndCore_AreTheSame()
    {
        Assert.Equal(WireProtocol.TenantIdVariable, AgentProtocol.TenantIdVariable);
        Assert.Equal(WireProtocol.TenantNameVariable, AgentProtocol.TenantNameVariable);
        Assert.Equal(WireProtocol.InstanceIdVariable, AgentProtocol.InstanceIdVariable);
        Assert.Equal(WireProtocol.KeyFileVariable, AgentProtocol.KeyFileVariable);
        Assert.Equal(WireProtocol.DataDirectoryVariable, AgentProtocol.DataDirectoryVariable);
        Assert.Equal(WireProtocol.RegistrationUrlVariable, AgentProtocol.RegistrationUrlVariable);
        Assert.Equal(WireProtocol.PortVariable, AgentProtocol.PortVariable);
        Assert.Equal(WireProtocol.RegisterPath, AgentProtocol.RegisterPath);
        Assert.Equal(WireProtocol.IdentityKeysPath, AgentProtocol.IdentityKeysPath);
        Assert.Equal(WireProtocol.IdentityProofPath, AgentProtocol.IdentityProofPath);
        Assert.Equal(WireProtocol.InstanceScheme, AgentProtocol.InstanceScheme);
        Assert.Equal(WireProtocol.IdentityHeader, AgentProtocol.IdentityHeader);
        Assert.Equal(WireProtocol.IdentityIssuer, AgentProtocol.IdentityIssuer);
        Assert.Equal(AccessTokenClaims.UserName, "name");
        Assert.Equal(AccessTokenClaims.Role, "role");
    }

    [Fact]
    public void Assembly_OfAgent_ReferencesNothingElseOfTenantKit() =>
        Assert.DoesNotContain(typeof(TenantAgentOptions).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("TenantKit", StringComparison.Ordinal));
}
