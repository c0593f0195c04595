using System.Globalization;
using System.Text;
using LicenseFunctions.Bench.Load;

namespace LicenseFunctions.Bench.Servers;

/// <summary>A self-host with licenses in it: each assigned, each with one domain active.</summary>
internal sealed class Bed : IDisposable
{
    public const string ApiKey = "bench-key-0123456789abcdef";

    private const int KeysPerCall = 10_000;

    private Bed(ServerProcess server, int licenses) => (Server, Licenses) = (server, licenses);

    public ServerProcess Server { get; }

    public int Licenses { get; }

    /// <summary>Starts a self-host over a store of its own.</summary>
    /// <param name="folder">Empty, or one that an earlier bed has filled.</param>
    /// <param name="licenses">How many there are, or shall be.</param>
    /// <param name="settings">Settings beside those of the folder.</param>
    public static async Task<Bed> StartAsync(string folder, int licenses, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(folder);
        var all = new Dictionary<string, string>(settings)
        {
            ["Storage__Path"] = Path.Combine(folder, "licenses.db"),
            ["Signing__Path"] = Path.Combine(folder, "keys"),
            ["Bootstrap__ApiKey"] = ApiKey,
        };
        return new Bed(await ServerProcess.Start(Programs.SelfHost, [], all, folder).ListeningAsync(), licenses);
    }

    /// <summary>No limit is the subject.</summary>
    public static Dictionary<string, string> Unlimited => WithLimits(0);

    /// <summary>Every limit per license is this; the one per API key is off.</summary>
    public static Dictionary<string, string> WithLimits(int perLicense)
    {
        var limit = perLicense.ToString(CultureInfo.InvariantCulture);
        return new()
        {
            ["RateLimits__SignedPerMinute"] = "0",
            ["RateLimits__LicensePerMinute"] = limit,
            ["RateLimits__DomainActivatePerMinute"] = "0",
            ["RateLimits__DomainVerifyPerMinute"] = limit,
            ["RateLimits__DomainDeactivatePerMinute"] = "0",
            ["RateLimits__DomainStatusPerMinute"] = "0",
        };
    }

    public static string Key(int license) => string.Create(CultureInfo.InvariantCulture, $"LIC-{license:D8}-BENCH");

    public static string Domain(int license) => string.Create(CultureInfo.InvariantCulture, $"shop-{license}.example.com");

    public async Task FillAsync()
    {
        await AskAsync(Requests.PostForm("/api/v1/create-product", "name=Widget&description=The+widget", ApiKey));
        for (var from = 0; from < Licenses; from += KeysPerCall)
            await CreateAsync(from, Math.Min(Licenses, from + KeysPerCall));
        var active = Math.Min(Licenses, 1000);
        var plans = Enumerable.Range(0, 16).Select(i => Enumerable.Range(0, active).Where(n => n % 16 == i).Select(Activate).ToArray()).ToArray();
        (await HttpLoad.OnceAsync(Server.Port, plans)).MostlyOf(200);
    }

    /// <summary>Sends one request and answers its body.</summary>
    public Task<string> AskAsync(byte[] request) => AskAsync(Server.Port, request);

    public static async Task<string> AskAsync(int port, byte[] request)
    {
        using var connection = new Connection();
        await connection.ConnectAsync(port);
        var status = await connection.SendAsync(request);
        var body = Encoding.UTF8.GetString(connection.Body);
        return status is 200 or 429 ? body : throw new InvalidOperationException($"{status} {body}");
    }

    public static byte[] Activate(int license) => Bind("/activate", Key(license), Domain(license));

    public static byte[] Bind(string path, string key, string domain) =>
        Requests.PostJson(path, $$"""{"license_key":"{{key}}","domain":"{{domain}}"}""");

    public static byte[] DomainVerify(int license) => Requests.Get($"/verify?license_key={Key(license)}&domain={Domain(license)}");

    public static byte[] SignedVerify(int license) =>
        Requests.PostForm("/api/v1/verify", $"license_key={Key(license)}&identifier={Domain(license)}", ApiKey);

    public void Dispose() => Server.Dispose();

    private async Task CreateAsync(int from, int to)
    {
        var keys = string.Join(',', Enumerable.Range(from, to - from).Select(n => $"\"{Key(n)}\""));
        var body = $$"""{"product_id":1,"status":"assigned","activation_limit":0,"license_keys":[{{keys}}]}""";
        var answer = await AskAsync(Requests.PostJson("/api/v1/create-license-keys", body, ApiKey));
        if (!answer.Contains($"\"created\":{to - from},", StringComparison.Ordinal))
            throw new InvalidOperationException(answer);
    }
}
