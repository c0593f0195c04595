using System.Net;
using LicenseFunctions.Licensing;
using LicenseFunctions.SelfHost;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// The whole application in this process, on a store and a signer of the test's choice: HTTP in, bytes out. By default a
/// fresh SQLite file and local keys that all tests share, since making a key takes a while.
/// </summary>
public sealed class ApiHost : IAsyncDisposable
{
    private static readonly TemporaryFolder SharedKeys = new();

    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    private ApiHost()
    {
    }

    /// <summary>An API key with every capability.</summary>
    public string ApiKey { get; private set; } = "";

    /// <summary>The address that requests seem to come from.</summary>
    public IPAddress Address { get; set; } = IPAddress.Parse("192.0.2.1");

    /// <summary>Every line logged so far.</summary>
    public LogLines Log { get; } = new();

    public IServiceProvider Services => _app.Services;

    public ITableStore Store => Services.GetRequiredService<ITableStore>();

    public SigningKeys Keys => Services.GetRequiredService<SigningKeys>();

    public HttpClient Http => _http;

    /// <summary>Starts the application.</summary>
    /// <param name="store">Stays the caller's; null for a new SQLite file.</param>
    /// <param name="signer">Null for the shared local keys.</param>
    /// <param name="time">Null for the machine's clock.</param>
    /// <param name="settings">Settings by their names, as <c>("RateLimits:LicensePerMinute", "5")</c>.</param>
    public static Task<ApiHost> StartAsync(
        ITableStore? store = null, ISigner? signer = null, TimeProvider? time = null, params (string Name, string Value)[] settings) =>
        StartWithAsync(_ => { }, store, signer, time, settings);

    /// <summary>Starts the application with further changes of the host.</summary>
    public static async Task<ApiHost> StartWithAsync(
        Action<WebApplicationBuilder> change, ITableStore? store, ISigner? signer, TimeProvider? time, params (string Name, string Value)[] settings)
    {
        var host = new ApiHost();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value))).Build();
        host._app = SelfHostApp.Build([], configuration, builder =>
        {
            builder.WebHost.UseTestServer();
            builder.Logging.ClearProviders().AddProvider(host.Log);
            builder.Services.Replace(ServiceDescriptor.Singleton(time ?? TimeProvider.System));
            if (store is null)
                builder.Services.Replace(ServiceDescriptor.Singleton<ITableStore>(_ => new WitnessedStore(Open(host._folder["licenses.db"]))));
            else
                builder.Services.Replace(ServiceDescriptor.Singleton(store));
            builder.Services.Replace(ServiceDescriptor.Singleton(signer ?? new LocalKeySigner(SharedKeys.Path, TimeProvider.System)));
            // Tests call what timers do at the moments that they choose.
            builder.Services.Remove(builder.Services.Single(each => each.ImplementationType == typeof(TimerFunctions)));
            builder.Services.AddSingleton<IStartupFilter>(new AddressFilter(host));
            change(builder);
        });
        await host._app.StartAsync();
        await host._app.Services.OpenAsync(CancellationToken.None);
        host._http = host._app.GetTestClient();
        host._http.Timeout = Eventually.Patience;
        host.ApiKey = await host.NewApiKeyAsync(LicenseFunctions.Licensing.ApiKey.AllCapabilities);
        return host;
    }

    /// <summary>Makes a further API key.</summary>
    public async Task<string> NewApiKeyAsync(params string[] capabilities) => await NewApiKeyAsync(new ApiKey { Hash = "", Name = "test", Capabilities = capabilities });

    public async Task<string> NewApiKeyAsync(ApiKey draft)
    {
        var secret = ApiKeys.NewKey();
        await Services.GetRequiredService<ApiKeys>().CreateAsync(secret, draft, CancellationToken.None);
        return secret;
    }

    /// <summary>Posts form fields to the signed API with the host's API key.</summary>
    public Task<SignedReply> PostAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        }, ApiKey);

    /// <summary>Gets from the signed API with the host's API key.</summary>
    public Task<SignedReply> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), ApiKey);

    /// <summary>Sends to the signed API; the key is left out when null.</summary>
    public async Task<SignedReply> SendAsync(HttpRequestMessage request, string? apiKey)
    {
        if (apiKey is not null)
            request.Headers.Authorization = new("Bearer", apiKey);
        return await SignedReply.ReadAsync(await _http.SendAsync(request), await Keys.AllAsync(CancellationToken.None));
    }

    /// <summary>Posts JSON to the domain API.</summary>
    public Task<DomainReply> PostDomainAsync(string path, string licenseKey, string? domain) =>
        SendDomainAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(new { license_key = licenseKey, domain }) });

    /// <summary>Gets from the domain API.</summary>
    public Task<DomainReply> GetDomainAsync(string path, string licenseKey, string? domain = null) =>
        SendDomainAsync(new HttpRequestMessage(HttpMethod.Get, $"{path}?license_key={Uri.EscapeDataString(licenseKey)}" + (domain is null ? "" : $"&domain={Uri.EscapeDataString(domain)}")));

    public async Task<DomainReply> SendDomainAsync(HttpRequestMessage request) => await DomainReply.ReadAsync(await _http.SendAsync(request));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static SqliteTableStore Open(string path) => SqliteTableStore.OpenAsync(path, CancellationToken.None).GetAwaiter().GetResult();

    private sealed class AddressFilter(ApiHost host) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.Connection.RemoteIpAddress = host.Address;
                return following(context);
            });
            next(app);
        };
    }
}
