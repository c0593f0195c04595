using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace LicenseFunctions.Marketplace;

/// <summary>A sale as the marketplace knows it.</summary>
/// <param name="ItemId">The number of the item, which a product names as its external reference.</param>
/// <param name="Buyer">The buyer's name at the marketplace.</param>
/// <param name="SoldAt">The instant of the sale, in Unix milliseconds; null when it was not told.</param>
public sealed record EnvatoSale(string ItemId, string? Buyer, long? SoldAt);

/// <summary>What the marketplace says of a purchase code.</summary>
/// <param name="Sale">The sale; null when there is none, or the marketplace did not say.</param>
/// <param name="IsAnswered">False when the marketplace could not be asked, so that there may be a sale all the same.</param>
public sealed record SaleLookup(EnvatoSale? Sale, bool IsAnswered = true)
{
    public static SaleLookup Unanswered { get; } = new(null, IsAnswered: false);
}

/// <summary>
/// Looks purchase codes up at the marketplace's author API (<c>GET /v3/market/author/sale?code=…</c>, bearer token).
/// Whatever goes wrong there is no exception: a marketplace that is down must not keep anybody from an answer.
/// </summary>
public sealed class EnvatoSales(HttpClient http, Uri baseUrl, string token, ILogger<EnvatoSales> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The sale of a purchase code. Only a 404 says that there is none.</summary>
    public async Task<SaleLookup> FindAsync(Guid code, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(baseUrl, $"/v3/market/author/sale?code={code:D}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.UserAgent.Add(new("license-functions", "1.0"));
        try
        {
            using var response = await http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return new(null);
            if (!response.IsSuccessStatusCode)
            {
                Log.MarketplaceUnavailable(logger, $"HTTP {(int)response.StatusCode}");
                return SaleLookup.Unanswered;
            }

            using var document = await JsonDocument.ParseAsync(
                await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false), cancellationToken: deadline.Token).ConfigureAwait(false);
            if (Read(document.RootElement) is { } sale)
                return new(sale);
            Log.MarketplaceUnavailable(logger, "no sale in the answer");
            return SaleLookup.Unanswered;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            Log.MarketplaceUnavailable(logger, e.GetType().Name);
            return SaleLookup.Unanswered;
        }
    }

    private static EnvatoSale? Read(JsonElement sale) =>
        sale.ValueKind == JsonValueKind.Object
            && sale.TryGetProperty("item", out var item) && item.ValueKind == JsonValueKind.Object
            && item.TryGetProperty("id", out var id)
            ? new(id.ToString(), Text(sale, "buyer"), SoldAt(sale))
            : null;

    private static string? Text(JsonElement sale, string name) =>
        sale.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? SoldAt(JsonElement sale) =>
        DateTimeOffset.TryParse(Text(sale, "sold_at"), System.Globalization.CultureInfo.InvariantCulture, out var time)
            ? time.ToUnixTimeMilliseconds()
            : null;
}
