using System.Collections.Generic;
using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables
{
    /// <summary>Reads <c>{"odata.error":{"code":…,"message":{"value":…}}}</c>, which the common parser does not know.</summary>
    internal sealed class TablesErrorParser : RequestFailedDetailsParser
    {
        public override bool TryParse(Response response, out ResponseError error, out IDictionary<string, string> data)
        {
            (error, data) = (null, null);
            try
            {
                using var json = JsonDocument.Parse(response.Content);
                if (json.RootElement.ValueKind != JsonValueKind.Object
                    || !json.RootElement.TryGetProperty("odata.error", out var inner))
                    return false;
                var code = inner.TryGetProperty("code", out var c) ? c.GetString() : null;
                var message = inner.TryGetProperty("message", out var m) && m.TryGetProperty("value", out var v) ? v.GetString() : null;
                error = new ResponseError(code, message);
                return true;
            }
            catch (JsonException)
            {
                // A gateway in between answered in its own words.
                return false;
            }
        }
    }
}
