using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Webhooks;

public sealed class EventsOfEndpointsTests
{
    [Fact]
    public async Task Products_and_contracts_tell_of_their_creation_change_and_deletion()
    {
        await using var api = await WebhookHost.StartAsync();
        var product = (await api.Host.PostAsync("/api/v1/create-product", ("name", "Gadget"), ("description", "d"))).Response.GetProperty("product_id").ToString();
        await api.Host.PostAsync("/api/v1/update-product", ("product_id", product), ("name", "Gadget 2"), ("description", "e"));
        (string, string)[] fields =
        [
            ("contract_key", "ck"), ("contract_name", "n"), ("contract_information", "i"), ("product_id", product), ("license_keys_quantity", "3"), ("status", "active"),
            ("can_get_info", "1"), ("can_generate", "1"), ("can_destroy", "1"), ("can_destroy_all", "1"),
        ];
        await api.Host.PostAsync("/api/v1/create-contract", fields);
        await api.Host.PostAsync("/api/v1/update-contract", fields);
        await api.Host.PostAsync("/api/v1/delete-contract", ("contract_id", "ck"));
        await api.Host.PostAsync("/api/v1/delete-product", ("product_id", product));

        await api.ReceivedAsync("product.created", "product.updated", "product.deleted", "contract.created", "contract.updated", "contract.deleted");

        Assert.All(api.Target.Posts, WebhookHost.ShouldBeSigned);
        Assert.Equal("Gadget", api.DataOf("product.created").GetProperty("name").GetString());
        Assert.Equal("ck", api.DataOf("contract.deleted").GetProperty("contract_key").GetString());
    }

    [Fact]
    public async Task A_license_tells_of_all_that_happens_to_it()
    {
        await using var api = await WebhookHost.StartAsync();
        var product = await api.Host.ProductAsync();
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = LicenseStatus.Available, AssignedAt = null, ActivationLimit = 1 });
        Task CallAsync(string endpoint, params (string, string)[] fields) => api.Host.PostAsync($"/api/v1/{endpoint}", [("license_key", license.Key), .. fields]);
        await CallAsync("assign-license-key", ("owner_name", "Ann"), ("owner_email", "ann@example.com"));
        await CallAsync("activate", ("identifier", "one"));
        await CallAsync("activate", ("identifier", "two"));
        await CallAsync("deactivate", ("identifier", "one"));
        await CallAsync("update-license-key", ("owner_name", "Bob"));
        foreach (var change in new[] { StatusChange.Suspend, StatusChange.Revoke })
            await api.Get<Licenses>().ChangeAsync(new(license.Key, null, new("", 0), Admission.Under(Task.FromResult(true))), change.Apply);
        await CallAsync("delete-license-key");

        await api.ReceivedAsync(
            "license.created", "license.assigned", "license.activated", "activation.created", "activation.failed", "license.deactivated",
            "activation.deleted", "license.updated", "license.suspended", "license.revoked", "license.deleted");

        Assert.All(api.Target.Posts, WebhookHost.ShouldBeSigned);
        Assert.Equal(api.Target.Posts.Count, api.Target.Posts.Select(post => post.Headers["X-Webhook-Id"]).Distinct().Count());
        var data = api.DataOf("license.activated");
        Assert.Equal((license.Key, product.Uuid, "one"), (data.GetProperty("license_key").GetString(), data.GetProperty("product_uuid").GetString(), data.GetProperty("identifier").GetString()));
        Assert.Equal("limit_reached", api.DataOf("activation.failed").GetProperty("reason").GetString());
        Assert.DoesNotContain(api.Host.Log.All, line => line.Contains(license.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_expired_license_tells_so_once()
    {
        await using var api = await WebhookHost.StartAsync(null, "license.expired");
        var license = await api.Host.LicenseAsync(draft => draft with { ValidityDays = 2 });
        var expired = api.Get<ExpiredLicenses>();
        await expired.RaiseAsync(default);
        api.Clock.Advance(TimeSpan.FromDays(5));
        await expired.RaiseAsync(default);
        await api.ReceivedAsync("license.expired");
        await api.Host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("owner_name", "Bob"));
        api.Clock.Advance(TimeSpan.FromDays(1));
        await expired.RaiseAsync(default);
        await api.DeliverAsync();

        Assert.Single(api.Target.Posts);
        Assert.Equal(license.Key, api.DataOf("license.expired").GetProperty("license_key").GetString());
    }

    [Theory]
    [InlineData("deactivate")]
    [InlineData("delete-license-key")]
    public async Task The_post_url_of_an_activation_is_told_of_its_removal_though_nobody_subscribed(string endpoint)
    {
        await using var target = await WebhookTarget.StartAsync();
        await using var api = await WebhookHost.StartAsync(null, "product.created");
        var license = await api.Host.LicenseAsync(await api.Host.ProductAsync());
        await api.Host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "one"), ("post_url", target.Url));
        await api.Host.PostAsync($"/api/v1/{endpoint}", ("license_key", license.Key), ("identifier", "one"));
        await Eventually.HoldsAsync(async () =>
        {
            await api.DeliverAsync();
            return !target.Posts.IsEmpty;
        });

        var post = Assert.Single(target.Posts);
        Assert.Equal("activation.deleted", post.Headers["X-Webhook-Event"]);
        Assert.Contains("\"identifier\":\"one\"", post.Body, StringComparison.Ordinal);
    }
}
