using System.Diagnostics;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Faults;

/// <summary>
/// What needs the vault × every request it makes there, from an instance that has asked it nothing yet × every fault of
/// that request. A part runs with the other tests, all of it with <c>FAULTS=all</c>.
/// </summary>
public sealed class VaultFaultMatrixTests(ITestOutputHelper output)
{
    /// <summary>Signs by the global key, by a product's, reads keys, makes a wrapped pair, and opens one.</summary>
    private static readonly string[] Cases =
        ["ActivateLicenseKey", "VerifyLicenseKey", "DeactivateLicenseKey unnamed", "CreateProduct", "GetKeySet", "GetProductPublicKey", "GetLicenseFile", "GetAllProducts"];

    [Fact]
    public async Task Whatever_befalls_one_request_to_the_vault_the_retry_answers_what_the_first_would_have()
    {
        var matrix = new FaultTable();
        await Parallel.ForEachAsync(Cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (name, _) =>
        {
            await using var vault = await FakeVault.StartAsync();
            await RunAsync(name, vault, matrix);
        });

        matrix.Print(output);
        Assert.Empty(matrix.Failures);
    }

    private static async Task RunAsync(string name, FakeVault vault, FaultTable matrix)
    {
        var count = (await CellAsync(name, vault, -1, null)).Requests;
        foreach (var fault in Enum.GetValues<ServiceFault>().Except([ServiceFault.Answers412]))
        {
            for (var at = 0; at < count; at++)
            {
                if (FaultTable.IsDue($"{name} {at} {fault}", oneIn: 20))
                    matrix.Add(name, $"{fault}", (await CellAsync(name, vault, at, fault)).Result);
            }
        }
    }

    private static async Task<(int Requests, CellResult Result)> CellAsync(string name, FakeVault vault, int at, ServiceFault? fault)
    {
        using var handler = new FaultingHandler(vault.CreateHandler());
        await using var host = await ApiHost.StartAsync(signer: vault.CreateSigner(handler));
        var request = await PrepareAsync(host, name);
        // Prepared through another instance: this one knows neither listing nor signatures.
        await using var cold = await ApiHost.StartAsync(host.Store, vault.CreateSigner(handler));
        handler.Arm(at, fault);
        var clock = Stopwatch.StartNew();
        var first = await request.SendAsync(cold, "name");
        var took = clock.Elapsed;
        var (requests, struck) = (handler.Requests, handler.HasStruck);
        handler.Disarm();
        var second = await request.SendAsync(cold, "name");
        var failure = first is { IsSuccess: false, IsUnavailable: false } ? $"answers {first.Form} {first.Text}"
            : first.IsUnavailable && fault != ServiceFault.Outage ? $"answers {first.Text}, though the next try would have gone through"
            : took > FaultTable.Deadline ? $"answers after {took.TotalSeconds:0.0} s"
            : !second.IsSuccess && !(first.IsSuccess && !request.IsNamed) ? $"the retry of {first.Form} answers {second.Form} {second.Text}"
            : null;
        return (requests.Count, new(failure is null ? null : $"at {at} ({(at >= 0 && at < requests.Count ? requests[at] : "")}): {failure}", struck, first.IsUnavailable));
    }

    private static async Task<PreparedRequest> PrepareAsync(ApiHost host, string name)
    {
        var own = await host.Keys.CreateAsync("own", CancellationToken.None);
        var product = await host.ProductAsync(draft => draft with { SigningKeyName = own.Name });
        var license = await host.LicenseAsync(product);
        (string Name, string Value) key = ("license_key", license.Key), at = ("identifier", "shop.example");
        if (name is not "ActivateLicenseKey")
            Assert.Equal("300", (await host.PostAsync("/api/v1/activate", key, at)).Code);
        if (name == "GetLicenseFile")
            await host.Services.GetRequiredService<ProductOfflineKeys>().PublicKeyAsync(product.Id, CancellationToken.None);
        return name switch
        {
            "ActivateLicenseKey" => PreparedRequest.Once("activate", key, at),
            "VerifyLicenseKey" => PreparedRequest.Post("/api/v1/verify", key, at),
            "DeactivateLicenseKey unnamed" => PreparedRequest.Post("/api/v1/deactivate", key, at),
            "CreateProduct" => PreparedRequest.Once("create-product", ("name", "Made once"), ("description", "d")),
            "GetKeySet" => PreparedRequest.Get("/.well-known/jwks.json"),
            "GetProductPublicKey" => PreparedRequest.Get("/api/v1/get-product-public-key", ("product_id", $"{product.Id}")),
            "GetLicenseFile" => PreparedRequest.Post("/api/v1/get-license-file", key, at),
            _ => PreparedRequest.Get("/api/v1/get-all-products"),
        };
    }
}
