using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

public sealed class ClientReplayTests : ClientReplayContract;

[NeedsAzurite]
public sealed class ClientReplayOnAzureTablesTests : ClientReplayContract;

/// <summary>What two published clients really send, replayed in order as it was recorded, every request of it.</summary>
public abstract class ClientReplayContract : StoreSuite
{
    private const string Php =
        """
        get-all-products 810, create-product 750, update-product 650, create-product-meta 273, update-product-meta 373,
        delete-product-meta 482, get-all-generators 820, generate 815, create-license-keys 900, get-license-keys 730,
        get-available-license-keys-count 741, assign-license-key 800, verify 202, activate 300, activate 301, verify 200,
        get-license-key-details 500, create-license-key-meta 453, update-license-key-meta 353, delete-license-key-meta 252,
        licenses/KEY-1/features/api_access 200, access-downloadables 600, get-license-file 200, send-telemetry 830,
        get-telemetry-data 970, update-license-key 950, deactivate "400", assign-and-activate-license-key 300,
        random-assign-license-keys 803, random-assign-license-keys-queued 807, create-contract 841, get-all-contracts 846,
        update-contract 842, delete-contract 843, products/test-product/changelog 1600, delete-license-key 850
        """;

    private const string Js =
        """
        get-all-products 810, create-product 750, update-product 650, create-product-meta 273, update-product-meta 373,
        delete-product-meta 482, get-all-generators 820, generate 815, create-license-keys 900, get-license-keys 730,
        get-available-license-keys-count 741, assign-license-key 800, activate 300, verify 200, get-license-key-details 500,
        create-license-key-meta 453, update-license-key-meta 353, delete-license-key-meta 252, access-downloadables 600,
        send-telemetry 830, get-telemetry-data 970, update-license-key 950, deactivate "400",
        assign-and-activate-license-key 300, random-assign-license-keys 803, random-assign-license-keys-queued 807,
        create-contract 841, get-all-contracts 846, delete-contract 843, products/test-product/changelog 1600, delete-license-key 850
        """;

    [StoreTheory]
    [InlineData("php", Php, "ResponseBase64")]
    [InlineData("php", Php, "Envelope")]
    [InlineData("js", Js, "ResponseBase64")]
    [InlineData("js", Js, "Envelope")]
    public async Task Every_request_of_a_client_succeeds_and_its_answer_verifies(string client, string expected, string payload)
    {
        using var folder = new TemporaryFolder();
        await using var host = await ApiHost.StartAsync(Store, settings: [("Downloads:Path", folder["downloads"]), ("Signing:Payload", payload)]);
        var (product, generator) = await GivenAsync(host);
        var answered = new List<string>();

        foreach (var recorded in ContractData.ClientRequests.EnumerateArray().Where(each => each.GetProperty("client").GetString() == client))
        {
            // A client draws a name anew for every request.
            var name = Guid.NewGuid().ToString();
            using var request = RequestOf(recorded, text => text
                .Replace("API_KEY", host.ApiKey, StringComparison.Ordinal)
                .Replace("11111111-1111-4111-8111-111111111111", product.Uuid, StringComparison.Ordinal)
                .Replace("22222222-2222-4222-8222-222222222222", generator.Uuid, StringComparison.Ordinal)
                .Replace("UUID", name, StringComparison.Ordinal));
            var endpoint = request.RequestUri!.ToString().Split('?')[0].Split("v1/")[1];

            var answer = await host.SendAsync(request, null);

            answered.Add($"{endpoint} {answer.Code}");
            Assert.True(await VerifiesAsync(host, answer, payload), endpoint);
            await CheckAsync(host, generator, endpoint, answer);
        }

        Assert.Equal(expected.Split(',', StringSplitOptions.TrimEntries), answered);
    }

    /// <summary>What the recording implies: a product with an active generator, a release and three available keys.</summary>
    internal static async Task<(Product Product, Generator Generator)> GivenAsync(ApiHost host)
    {
        var product = await host.ProductAsync(draft => draft with { Name = "Test product" });
        var generator = await host.GeneratorAsync(product);
        await host.ReleaseAsync(product, "1.0.2");
        foreach (var key in (string[])["KEY-1", "KEY-2", "KEY-3"])
            await host.LicenseAsync(product, draft => draft with { Key = key, Status = LicenseStatus.Available, AssignedAt = null, ActivationLimit = 1 });
        return (product, generator);
    }

    private static async Task CheckAsync(ApiHost host, Generator generator, string endpoint, SignedReply answer)
    {
        switch (endpoint)
        {
            case "generate":
                var key = answer.Response.GetProperty("licenseKeys")[0].GetString()!;
                var license = (await host.LicenseOfAsync(key))!;
                // The php client sends what its licenses are to be like, the js client leaves that to the generator.
                Assert.Contains($"{license.ActivationLimit} {license.ValidityDays}", (string[])["2 30", $"{generator.ActivationLimit} {generator.ValidityDays}"]);
                break;
            case "get-telemetry-data":
                Assert.Equal(0, Assert.Single(answer.Response.GetProperty("data").EnumerateArray()).GetProperty("has_red_flags").GetInt32());
                break;
            case "access-downloadables":
                Assert.Equal("1.0.2", await host.Http.GetStringAsync(new Uri(answer.Response.GetProperty("downloadables")[0].GetProperty("url").GetString()!)));
                break;
        }
    }

    internal static HttpRequestMessage RequestOf(JsonElement recorded, Func<string, string> fill)
    {
        var body = recorded.GetProperty("body");
        var request = new HttpRequestMessage(new(recorded.GetProperty("method").GetString()!), fill(recorded.GetProperty("path").GetString()!));
        var content = new ByteArrayContent(body.ValueKind == JsonValueKind.Null ? [] : Encoding.UTF8.GetBytes(fill(body.GetRawText())));
        foreach (var header in recorded.GetProperty("headers").EnumerateObject())
        {
            if (header.Name == "Content-Type")
                (content.Headers.ContentType, request.Content) = (MediaTypeHeaderValue.Parse(header.Value.GetString()!), content);
            else
                request.Headers.TryAddWithoutValidation(header.Name, fill(header.Value.GetString()!));
        }

        return request;
    }

    private static async Task<bool> VerifiesAsync(ApiHost host, SignedReply answer, string payload)
    {
        var key = (await host.Keys.AllAsync(CancellationToken.None)).Single(each => each.Name == answer.SignedBy);
        var signed = payload == "Envelope" ? PhpJson.Encode(answer.Body, without: "signature") : answer.Body.GetProperty("response_base64").GetString()!;
        using var rsa = key.ToRsa();
        return rsa.VerifyData(
            Encoding.UTF8.GetBytes(signed), Convert.FromBase64String(answer.Body.GetProperty("signature").GetString()!),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
