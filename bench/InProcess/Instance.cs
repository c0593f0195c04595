using System.Net;
using System.Text;
using LicenseFunctions.Bench.Servers;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Bench.InProcess;

/// <summary>One instance of the function app in this process, without a network: requests go to the functions themselves.</summary>
internal sealed class Instance
{
    private readonly ServiceProvider _services;
    private readonly FunctionCatalog _functions;

    public Instance(ITableStore store, ISigner signer, LicensingOptions options, TimeProvider time)
    {
        _services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddSingleton(store).AddSingleton(signer).AddSingleton(time).AddLicensing(options).BuildServiceProvider();
        _functions = _services.GetRequiredService<FunctionCatalog>();
    }

    /// <summary>No limit is the subject.</summary>
    public static LicensingOptions Unlimited { get; } = new()
    {
        StorageProvider = StorageProvider.AzureTables,
        RateLimits = new()
        {
            SignedPerMinute = 0, LicensePerMinute = 0, DomainActivatePerMinute = 0, DomainVerifyPerMinute = 0, DomainDeactivatePerMinute = 0, DomainStatusPerMinute = 0,
        },
    };

    /// <summary>A product and licenses, each assigned and with one domain active, and the API key.</summary>
    public async Task FillAsync(int licenses, int active)
    {
        await _services.GetRequiredService<FirstApiKey>().EnsureAsync(Bed.ApiKey, CancellationToken.None);
        var product = await _services.GetRequiredService<Products>().CreateAsync(new() { Id = 0, Uuid = "", Slug = "", Name = "Widget" }, CancellationToken.None);
        var draft = new License
        {
            Key = "", Id = 0, ProductId = product.Id, Status = LicenseStatus.Assigned, ActivationLimit = 0,
            AssignedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };
        foreach (var keys in Enumerable.Range(0, licenses).Select(Bed.Key).Chunk(10_000))
            await _services.GetRequiredService<LicenseCreation>().CreateAsync(draft, keys, CancellationToken.None);
        await Parallel.ForAsync(0, Math.Min(active, licenses), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (n, _) => await ActivateAsync(n, Bed.Domain(n)));
    }

    public Task<int> DomainVerifyAsync(int license) =>
        SendAsync("GET", "/verify", $"?license_key={Bed.Key(license)}&domain={Bed.Domain(license)}", null);

    public Task<int> SignedVerifyAsync(int license) =>
        SendAsync("POST", "/api/v1/verify", "", $"license_key={Bed.Key(license)}&identifier={Bed.Domain(license)}");

    public Task<int> ActivateAsync(int license, string domain) =>
        SendAsync("POST", "/api/v1/activate", "", $"license_key={Bed.Key(license)}&identifier={domain}");

    public Task<int> DeactivateAsync(int license, string domain) =>
        SendAsync("POST", "/api/v1/deactivate", "", $"license_key={Bed.Key(license)}&identifier={domain}");

    public Task<int> StatusAsync(int license) => SendAsync("GET", "/status", $"?license_key={Bed.Key(license)}", null);

    private async Task<int> SendAsync(string method, string path, string query, string? form)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        (context.Request.Method, context.Request.Path, context.Request.QueryString) = (method, path, new QueryString(query));
        if (form is not null)
        {
            var body = Encoding.ASCII.GetBytes(form);
            (context.Request.Body, context.Request.ContentLength) = (new MemoryStream(body), body.Length);
            context.Request.ContentType = "application/x-www-form-urlencoded";
            context.Request.Headers.Authorization = "Bearer " + Bed.ApiKey;
        }

        var function = _functions.Find(method, path, new RouteValueDictionary()) ?? throw new InvalidOperationException(path);
        var result = await function.InvokeAsync(context);
        await result.ExecuteAsync(context);
        return context.Response.StatusCode;
    }
}
