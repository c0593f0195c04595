using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task A_repeated_activation_gets_the_first_answer_to_the_byte()
    {
        var time = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(time: time);
        var license = await host.LicenseAsync(draft => draft with { ActivationLimit = 1 });

        var first = await SendAsync(host, "/api/v1/activate", "k1", ("license_key", license.Key), ("identifier", "a.example"));
        time.Advance(TimeSpan.FromMinutes(5));
        var again = await SendAsync(host, "/api/v1/activate", "k1", ("license_key", license.Key), ("identifier", "a.example"));
        var other = await SendAsync(host, "/api/v1/activate", "k2", ("license_key", license.Key), ("identifier", "a.example"));

        first.ShouldBe(300, "License key activated");
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
        other.ShouldBe(301, "License key already active");
    }

    [Fact]
    public async Task Another_payload_under_the_same_key_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await host.LicenseAsync();

        await SendAsync(host, "/api/v1/activate", "k", ("license_key", license.Key), ("identifier", "a.example"));
        var license2 = await SendAsync(host, "/api/v1/activate", "k", ("license_key", license.Key), ("identifier", "b.example"));
        await SendAsync(host, "/api/v1/create-product", "k", ("name", "A"), ("description", "d"));
        var product2 = await SendAsync(host, "/api/v1/create-product", "k", ("name", "B"), ("description", "d"));

        license2.ShouldBeProblem(422);
        product2.ShouldBeProblem(422);
        (await host.PostAsync("/api/v1/verify", ("license_key", license.Key), ("identifier", "b.example")))
            .ShouldBe(202, "No activation found for this license key/identifier combination");
    }

    [Fact]
    public async Task A_multipart_body_sent_again_with_another_boundary_is_the_same_payload()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await host.LicenseAsync();
        (string, string)[] fields = [("license_key", license.Key), ("identifier", "a.example")];

        var first = await SendPartsAsync(host, "one", fields);
        var again = await SendPartsAsync(host, "two", fields);

        first.ShouldBe(300, "License key activated");
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
    }

    [Theory]
    [InlineData("name", "A")]
    [InlineData("description", "A", "name", "d")]
    [InlineData("name", "Ad", "description", "")]
    [InlineData("named", "A", "escription", "d")]
    [InlineData("name", "A", "description", "d", "x", "")]
    [InlineData("name", "A", "description; filename=f", "d")]
    public async Task Other_parts_of_a_multipart_body_are_another_payload(params string[] other)
    {
        await using var host = await ApiHost.StartAsync();
        (await SendPartsAsync(host, "one", [("name", "A"), ("description", "d")], "create-product")).ShouldBe(750, "Product created");

        var answer = await SendPartsAsync(host, "one", [.. other.Chunk(2).Select(pair => (pair[0], pair[1]))], "create-product");

        answer.ShouldBeProblem(422);
    }

    [Fact]
    public async Task The_same_request_sent_many_times_at_once_has_one_effect_and_one_answer()
    {
        await using var host = await ApiHost.StartAsync();
        await host.ProductAsync();

        var products = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            SendAsync(host, "/api/v1/create-product", "p", ("name", "Twice"), ("description", "d"))));
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            SendAsync(host, "/api/v1/create-license-keys", "l", ("product_id", "1"), ("license_keys", "[\"A\",\"B\"]"))));

        Assert.Single(products.Select(answer => answer.Body.GetRawText()).Distinct());
        Assert.Single(keys.Select(answer => answer.Body.GetRawText()).Distinct());
        Assert.Equal(2, (await host.GetAsync("/api/v1/get-all-products")).Response.GetProperty("products").GetArrayLength());
        Assert.Equal(2, keys[0].Response.GetProperty("created").GetInt32());
    }

    [Fact]
    public async Task An_answer_whose_record_was_once_refused_is_recorded_all_the_same()
    {
        using var folder = new TemporaryFolder();
        await using var inner = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        var store = new RefusingStore(inner, (table, change) => table == TableNames.Idempotency && change.Values?.GetBoolean("done") == true);
        await using var host = await ApiHost.StartAsync(store);

        var first = await SendAsync(host, "/api/v1/create-product", "k", ("name", "A"), ("description", "d"));
        var again = await SendAsync(host, "/api/v1/create-product", "k", ("name", "A"), ("description", "d"));

        Assert.True(store.HasRefused);
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
    }

    [Fact]
    public async Task A_deleted_license_is_answered_as_deleted_again()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await host.LicenseAsync();

        var first = await SendAsync(host, "/api/v1/delete-license-key", "k", ("license_key", license.Key));
        var again = await SendAsync(host, "/api/v1/delete-license-key", "k", ("license_key", license.Key));

        first.ShouldBe(850, "License key deleted");
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
    }

    [Fact]
    public async Task An_attempt_that_died_half_way_is_resumed_without_a_second_effect()
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        var (keys, creation) = (host.Services.GetRequiredService<IdempotencyKeys>(), host.Services.GetRequiredService<LicenseCreation>());
        var request = new IdempotentRequest("scope", [1, 2, 3]);
        var draft = new License { Key = "", Id = 0, ProductId = product.Id };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => keys.RunAsync(request, async (operation, _) =>
        {
            await creation.CreateAsync(draft, ["A", "B"], operation, CancellationToken.None);
            throw new StorageUnavailableException("died before it answered");
        }, CancellationToken.None));
        CreationResult? resumed = null;
        await keys.RunAsync(request, async (operation, _) =>
        {
            resumed = await creation.CreateAsync(draft, ["A", "B"], operation, CancellationToken.None);
            return new RecordedAnswer(200, null, [42]);
        }, CancellationToken.None);

        Assert.Equal((2, 0), (resumed!.Created.Count, resumed.Duplicate));
        Assert.Equal([42], (await keys.RunAsync(request, (_, _) => throw new InvalidOperationException(), CancellationToken.None))!.Response);
    }

    [Fact]
    public async Task Records_are_removed_after_a_day()
    {
        var time = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(time: time);
        var license = await host.LicenseAsync();
        await SendAsync(host, "/api/v1/activate", "k", ("license_key", license.Key), ("identifier", "a.example"));
        await SendAsync(host, "/api/v1/create-product", "k", ("name", "A"), ("description", "d"));

        time.Advance(TimeSpan.FromHours(26));
        await host.Services.GetRequiredService<IdempotencyKeys>().RemoveExpiredAsync(CancellationToken.None);

        Assert.Empty(await RowsAsync(host, TableNames.Idempotency));
        Assert.DoesNotContain(await RowsAsync(host, TableNames.Licenses), row => row.Key.StartsWith("idem.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_that_takes_the_place_of_an_older_one_is_removed_after_a_day_too()
    {
        var time = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(time: time);
        await SendAsync(host, "/api/v1/create-product", "k", ("name", "A"), ("description", "d"));
        time.Advance(TimeSpan.FromHours(24.5)); // It holds no longer, and has not been removed yet.
        await SendAsync(host, "/api/v1/create-product", "k", ("name", "A"), ("description", "d"));
        var keys = host.Services.GetRequiredService<IdempotencyKeys>();

        time.Advance(TimeSpan.FromHours(2));
        await keys.RemoveExpiredAsync(CancellationToken.None);
        var kept = await RowsAsync(host, TableNames.Idempotency);
        time.Advance(TimeSpan.FromHours(26));
        await keys.RemoveExpiredAsync(CancellationToken.None);

        Assert.Contains(kept, row => row.Key == "record");
        Assert.Empty(await RowsAsync(host, TableNames.Idempotency));
    }

    [Theory]
    [InlineData("/api/v1/create-product")]
    [InlineData("/api/v1/activate")]
    public async Task A_key_that_is_too_long_is_refused(string path)
    {
        await using var host = await ApiHost.StartAsync();

        (await SendAsync(host, path, new string('k', 256), ("name", "A"))).ShouldBeProblem(400);
    }

    private static async Task<SignedReply> SendAsync(ApiHost host, string path, string key, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await host.SendAsync(request, host.ApiKey);
    }

    private static async Task<SignedReply> SendPartsAsync(ApiHost host, string boundary, (string Name, string Value)[] fields, string endpoint = "activate")
    {
        var body = string.Concat(fields.Select(field => $"--{boundary}\r\nContent-Disposition: form-data; name={field.Name}\r\n\r\n{field.Value}\r\n")) + $"--{boundary}--\r\n";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{endpoint}") { Content = new StringContent(body) };
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        request.Headers.Add("Idempotency-Key", "parts");
        return await host.SendAsync(request, host.ApiKey);
    }

    private static async Task<List<Row>> RowsAsync(ApiHost host, string table)
    {
        var rows = new List<Row>();
        await foreach (var row in host.Store.ListAsync(new(table, null), CancellationToken.None))
            rows.Add(row);
        return rows;
    }
}
