using System.Security.Authentication;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Tls;

namespace TenantKit.Gateway.Tests.Tls;

public sealed class HttpsRulesTests
{
    // .NET's own client never gives an address for a name; wrk does.
    [Theory]
    [InlineData("acme.localhost", "acme.localhost", null)]
    [InlineData("acme.localhost", "other.localhost", 421)]
    [InlineData("127.0.0.1", "acme.localhost", null)]
    [InlineData("::1", "acme.localhost", null)]
    [InlineData("127.0.0.1.example.com", "acme.localhost", 421)]
    public void Check_NameOfTheHandshake_MustBeTheHostUnlessItIsAnAddress(string handshake, string host, int? status)
    {
        var http = new DefaultHttpContext { Request = { Scheme = "https", Host = new HostString(host) } };
        http.Features.Set<ITlsHandshakeFeature>(new Handshake(handshake));

        Assert.Equal(status, new HttpsRules(Options.Create(new TenantGatewayOptions())).Check(http)?.Status);
    }

#pragma warning disable SYSLIB0058 // obsolete types of members that the interface has all the same
    private sealed class Handshake(string hostName) : ITlsHandshakeFeature
    {
        public string HostName => hostName;

        public SslProtocols Protocol => SslProtocols.Tls13;

        public CipherAlgorithmType CipherAlgorithm => CipherAlgorithmType.None;

        public int CipherStrength => 0;

        public HashAlgorithmType HashAlgorithm => HashAlgorithmType.None;

        public int HashStrength => 0;

        public ExchangeAlgorithmType KeyExchangeAlgorithm => ExchangeAlgorithmType.None;

        public int KeyExchangeStrength => 0;
    }
#pragma warning restore SYSLIB0058
}
