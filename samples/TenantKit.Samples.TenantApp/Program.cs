using TenantKit.Samples.TenantApp.Answers;
using TenantKit.Samples.TenantApp.Caller;
using TenantKit.Samples.TenantApp.Customers;
using TenantKit.Samples.TenantApp.Faults;
using TenantKit.Samples.TenantApp.Logging;
using TenantKit.Samples.TenantApp.Orders;
using TenantKit.Samples.TenantApp.Page;
using TenantKit.Samples.TenantApp.Store;
using TenantKit.Samples.TenantApp.Transfers;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddTenantAgent();
builder.AddUserLogging();
builder.AddStore();
builder.AddFaults();
builder.Services.AddSingleton<OrderBook>();
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
});

var app = builder.Build();
app.UseWebSockets();
app.UseFaults();
app.UseProblems();
app.MapTenantAgent();

var signedIn = app.MapGroup("").RequireAuthorization();
signedIn.MapPage();
signedIn.MapWhoAmI();
signedIn.MapCustomers();
signedIn.MapOrders();
signedIn.MapTransfers();
signedIn.MapFaults(app.Configuration);
app.Run();
