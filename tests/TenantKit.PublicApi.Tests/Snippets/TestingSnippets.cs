using TenantKit.Storage;
using TenantKit.Storage.InMemory;
using TenantKit.Testing.Contracts;

namespace TenantKit.PublicApi.Tests.Snippets;
