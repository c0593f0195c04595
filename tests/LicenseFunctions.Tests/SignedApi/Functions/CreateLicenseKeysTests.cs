using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class CreateLicenseKeysTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/create-license-keys";

    [Fact]
    public async Task New_keys_and_duplicates_are_counted()
    {
        var (a, b, c) = (NewKey(), NewKey(), NewKey());
        await CreateAsync($"[\"{a}\"]");

        var answer = await CreateAsync($"[\"{a}\",\"{b}\",\"{c}\"]");

        answer.ShouldSay(SharedApi.OwnKey,
            $"\"code\":900,\"message\":\"License keys creation result\",\"created\":2,\"duplicate\":1,\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task A_key_named_twice_is_made_once()
    {
        var a = NewKey();

        var answer = await CreateAsync($"[\"{a}\",\"{a}\"]");

        Assert.StartsWith("{\"code\":900,\"message\":\"License keys creation result\",\"created\":1,\"duplicate\":1,", answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_new_has_a_code_of_its_own()
    {
        var a = NewKey();
        await CreateAsync($"[\"{a}\"]");
        var before = (await LicenseOf(a)).Decoded();

        var answer = await CreateAsync($"[\"{a}\"]", ("owner_name", "thief"), ("status", "blocked"));

        answer.ShouldBe(902, "No license keys created", SharedApi.OwnKey);
        Assert.Equal(before, (await LicenseOf(a)).Decoded());
    }

    [Fact]
    public async Task Every_field_is_kept()
    {
        var a = NewKey();
        await CreateAsync(
            $"[\"{a}\"]", ("owner_name", "Test User"), ("owner_email", "domain@email.ltd"), ("activation_limit", "7"), ("validity", "10"),
            ("status", "assigned"), ("assigned_at", "2026-01-08 00:00:00"));

        var answer = await LicenseOf(a);

        Assert.Contains(
            "\"owner_name\":\"Test User\",\"owner_email\":\"domain@email.ltd\",\"activation_limit\":7,\"validity\":10,"
            + "\"assigned_at\":\"2026-01-08 00:00:00\",\"meta_data\":[],\"expires_at\":\"2026-01-18 00:00:00\"", answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_out_is_available_with_one_activation_for_ever()
    {
        var a = NewKey();
        await CreateAsync($"[\"{a}\"]");
        await api.Host.PostAsync("/api/v1/assign-license-key", ("license_key", a));

        var answer = await LicenseOf(a);

        Assert.Contains("\"activation_limit\":1,\"validity\":0,", answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_created_as_assigned_is_assigned_now()
    {
        var a = NewKey();
        await CreateAsync($"[\"{a}\"]", ("status", "assigned"));

        var answer = await LicenseOf(a);

        Assert.Contains($"\"assigned_at\":\"{api.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}\"", answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_JSON_list_does_as_well_and_the_product_may_be_named_by_its_uuid()
    {
        var a = NewKey();

        var answer = await api.Host.PostJsonAsync(Path, $$"""{"product_uuid":"{{api.Own.Uuid}}","license_keys":["{{a}}",12345678],"validity_days":3,"activation_limit":"2"}""");

        answer.ShouldBe(900, "License keys creation result", SharedApi.OwnKey);
        (await api.Host.PostAsync("/api/v1/assign-license-key", ("license_key", "12345678"))).ShouldBe(800, "License key assigned");
    }

    [Fact]
    public async Task A_form_may_repeat_the_field()
    {
        var answer = await api.Host.PostAsync(Path, ("product_id", $"{api.Plain.Id}"), ("license_keys[]", NewKey()), ("license_keys[]", NewKey()));

        Assert.Contains("\"created\":2,\"duplicate\":0", answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_64_KiB_of_keys_are_made_at_once()
    {
        var keys = string.Join(',', Enumerable.Range(0, 2500).Select(i => $"\"bulk-{i:D6}-{new string('x', 20)}\""));

        var answer = await api.Host.PostJsonAsync(Path, $$"""{"product_id":{{api.Plain.Id}},"license_keys":[{{keys}}]}""");

        Assert.Contains("\"created\":2500,\"duplicate\":0", answer.Decoded(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LicenseStatus.Available, 201)]
    [InlineData(LicenseStatus.Reserved, 201)]
    [InlineData(LicenseStatus.Blocked, 204)]
    public async Task A_key_is_made_with_any_status_of_the_wire(LicenseStatus status, int code)
    {
        var a = NewKey();
        await CreateAsync($"[\"{a}\"]", ("status", status.ToWire()));

        var answer = await api.Host.PostAsync("/api/v1/verify", ("license_key", a), ("identifier", "a.example"));

        Assert.Equal($"{code}", answer.Code);
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private Task<SignedReply> CreateAsync(string keys, params (string Name, string Value)[] fields) =>
        api.Host.PostAsync(Path, [("product_id", $"{api.Own.Id}"), ("license_keys", keys), .. fields]);

    private Task<SignedReply> LicenseOf(string key) => api.Host.PostAsync("/api/v1/get-license-key-details", ("license_key", key));
}
