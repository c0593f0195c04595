using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LicenseFunctions.Tests.Support;

/// <summary>The vault's REST protocol over the keys that it holds.</summary>
internal sealed class FakeVaultProtocol(Uri vault)
{
    /// <summary>Making a key takes a while, so vaults share them: none holds one twice, and no test looks into two vaults.</summary>
    private static readonly List<RSAParameters> SharedKeys = [];

    /// <summary>More than a vault is asked for while somebody waits: of the seconds that a client does, a key may take all.</summary>
    private static readonly Lazy<Task> Prepared = new(() => Task.Run(() => SharedKey(6).Dispose()));

    private readonly Lock _gate = new();
    private readonly List<FakeVaultKey> _keys = [];

    // In the past, and a second per version: the service too dates versions by the second.
    private DateTimeOffset _created = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds());
    private int _signings;
    private int _made;

    public int PageSize { get; set; } = 25;

    public int Signings => Volatile.Read(ref _signings);

    /// <summary>Makes keys ahead, once for all vaults.</summary>
    public static Task PrepareAsync() => Prepared.Value;

    /// <summary>Adds a version.</summary>
    /// <param name="name">Of the key.</param>
    /// <param name="imported">Null for a new one.</param>
    /// <param name="asked">What it shall be: nobody sees the version before it is so, as in the service.</param>
    public FakeVaultKey Add(string name, RSA? imported = null, JsonElement? asked = null)
    {
        var rsa = imported ?? SharedKey(Interlocked.Increment(ref _made) - 1);
        lock (_gate)
        {
            _created = _created.AddSeconds(1);
            var key = new FakeVaultKey(name, Guid.NewGuid().ToString("N"), _created, rsa);
            if (asked is { } properties)
            {
                key.Operations = Texts(properties.TryGetProperty("key", out var of) ? of.GetProperty("key_ops") : properties.GetProperty("key_ops"));
                Apply(key, properties);
            }

            _keys.Add(key);
            return key;
        }
    }

    private static RSA SharedKey(int i)
    {
        lock (SharedKeys)
        {
            while (SharedKeys.Count <= i)
            {
                using var made = RSA.Create(2048);
                SharedKeys.Add(made.ExportParameters(includePrivateParameters: true));
            }

            return RSA.Create(SharedKeys[i]);
        }
    }

    public async Task<IResult> AnswerAsync(HttpRequest request)
    {
        var path = request.Path.Value!.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (request.Method, path) switch
        {
            ("GET", ["keys"]) => Page(request, Names().Select(key => key.Item(new Uri(vault, $"/keys/{key.Name}").AbsoluteUri))),
            ("GET", ["keys", var name, "versions"]) => Page(request, Versions(name).Select(key => key.Item(key.Id(vault)))),
            ("GET", ["keys", var name]) => Get(Versions(name).LastOrDefault()),
            ("GET", ["keys", _, { Length: not 32 }]) => Error(StatusCodes.Status400BadRequest, "BadParameter"), // No version is called so.
            ("GET", ["keys", var name, var version]) => Get(Find(name, version)),
            ("POST", ["keys", var name, "create"]) => await CreateAsync(name, request),
            ("PUT", ["keys", var name]) => await ImportAsync(name, request),
            ("PATCH", ["keys", var name, var version]) => await UpdateAsync(Find(name, version), request),
            ("POST", ["keys", var name, var version, "sign"]) => await UseAsync(Find(name, version), "sign", request),
            ("POST", ["keys", var name, var version, "wrapkey"]) => await UseAsync(Find(name, version), "wrapKey", request),
            ("POST", ["keys", var name, var version, "unwrapkey"]) => await UseAsync(Find(name, version), "unwrapKey", request),
            _ => Error(StatusCodes.Status400BadRequest, "BadParameter"),
        };
    }

    public static IResult Error(int status, string code) =>
        Results.Json(new { error = new { code, message = $"The fake vault says {code}." } }, statusCode: status);

    private List<FakeVaultKey> Names()
    {
        lock (_gate)
            return [.. _keys.GroupBy(key => key.Name).Select(versions => versions.Last()).OrderBy(key => key.Name, StringComparer.Ordinal)];
    }

    private List<FakeVaultKey> Versions(string name)
    {
        lock (_gate)
            return _keys.FindAll(key => key.Name == name);
    }

    private FakeVaultKey? Find(string name, string version) => Versions(name).Find(key => key.Version == version);

    private IResult Page(HttpRequest request, IEnumerable<object> items)
    {
        var all = items.ToList();
        var skip = int.TryParse(request.Query["$skiptoken"], out var token) ? token : 0;
        var next = new Uri(vault, $"{request.Path}?api-version={request.Query["api-version"]}&$skiptoken={skip + PageSize}").AbsoluteUri;
        return Results.Json(new { value = all.Skip(skip).Take(PageSize), nextLink = all.Count > skip + PageSize ? next : null });
    }

    private IResult Get(FakeVaultKey? key) => key switch
    {
        null => Error(StatusCodes.Status404NotFound, "KeyNotFound"),
        _ => Results.Json(key.Bundle(vault)),
    };

    private async Task<IResult> CreateAsync(string name, HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body);
        var asked = body.RootElement;
        if (asked.GetProperty("kty").GetString() != "RSA" || asked.GetProperty("key_size").GetInt32() != 2048)
            return Error(StatusCodes.Status400BadRequest, "BadParameter");
        return Results.Json(Add(name, asked: asked).Bundle(vault));
    }

    /// <summary>As the service does: a whole private key is asked for, of a size that it knows.</summary>
    private async Task<IResult> ImportAsync(string name, HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body);
        var asked = body.RootElement.GetProperty("key");
        byte[] Number(string property) => Base64Url.DecodeFromChars(asked.GetProperty(property).GetString());
        var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Number("n"), Exponent = Number("e"), D = Number("d"), P = Number("p"), Q = Number("q"),
            DP = Number("dp"), DQ = Number("dq"), InverseQ = Number("qi"),
        });
        if (asked.GetProperty("kty").GetString() != "RSA" || rsa.KeySize is not (2048 or 3072 or 4096))
            return Error(StatusCodes.Status400BadRequest, "BadParameter");
        return Results.Json(Add(name, rsa, body.RootElement).Bundle(vault));
    }

    private async Task<IResult> UpdateAsync(FakeVaultKey? key, HttpRequest request)
    {
        if (key is null)
            return Error(StatusCodes.Status404NotFound, "KeyNotFound");
        using var body = await JsonDocument.ParseAsync(request.Body);
        Apply(key, body.RootElement);
        return Results.Json(key.Bundle(vault));
    }

    private static void Apply(FakeVaultKey key, JsonElement asked)
    {
        if (asked.TryGetProperty("tags", out var tags))
            key.Tags = tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!);
        if (asked.TryGetProperty("attributes", out var attributes) && attributes.TryGetProperty("enabled", out var enabled))
            key.Enabled = enabled.GetBoolean();
    }

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(each => each.GetString()!)];

    private async Task<IResult> UseAsync(FakeVaultKey? key, string operation, HttpRequest request)
    {
        if (key is null)
            return Error(StatusCodes.Status404NotFound, "KeyNotFound");
        if (!key.Enabled || !key.Operations.Contains(operation))
            return Error(StatusCodes.Status403Forbidden, "Forbidden");

        using var body = await JsonDocument.ParseAsync(request.Body);
        var value = Base64Url.DecodeFromChars(body.RootElement.GetProperty("value").GetString());
        try
        {
            return (operation, body.RootElement.GetProperty("alg").GetString()) switch
            {
                ("sign", "RS256") when value.Length == 32 => Signed(key, value),
                ("wrapKey", "RSA-OAEP-256") => Result(key, key.Wrap(value)),
                ("unwrapKey", "RSA-OAEP-256") => Result(key, key.Unwrap(value)),
                _ => Error(StatusCodes.Status400BadRequest, "BadParameter"),
            };
        }
        catch (CryptographicException)
        {
            return Error(StatusCodes.Status400BadRequest, "BadParameter");
        }
    }

    private IResult Signed(FakeVaultKey key, byte[] digest)
    {
        Interlocked.Increment(ref _signings);
        return Result(key, key.Sign(digest));
    }

    private IResult Result(FakeVaultKey key, byte[] value) =>
        Results.Json(new { kid = key.Id(vault), value = Base64Url.EncodeToString(value) });
}
