using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Azure.Security.KeyVault.Keys;

/// <summary>The documents of the vault's REST protocol.</summary>
internal static class VaultJson
{
    public static KeyVaultKey ReadKey(JsonElement bundle)
    {
        var jwk = bundle.GetProperty("key");
        var key = new JsonWebKey(jwk.TryGetProperty("key_ops", out var ops) ? ops.EnumerateArray().Select(op => new KeyOperation(op.GetString())) : [])
        {
            Id = jwk.GetProperty("kid").GetString(),
            KeyType = jwk.GetProperty("kty").GetString(),
            N = Bytes(jwk, "n"),
            E = Bytes(jwk, "e"),
        };
        return new KeyVaultKey(ReadProperties(bundle, key.Id), key);
    }

    public static (IReadOnlyList<KeyProperties> Items, string NextLink) ReadPage(JsonElement page)
    {
        var items = page.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select(item => ReadProperties(item, item.GetProperty("kid").GetString())).ToArray()
            : [];
        return (items, page.TryGetProperty("nextLink", out var next) ? next.GetString() : null);
    }

    public static byte[] Bytes(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? Base64Url.DecodeFromChars(text.GetString()) : null;

    public static byte[] Write(Action<Utf8JsonWriter> content)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public static byte[] Write(CreateRsaKeyOptions options) => Write(json =>
    {
        json.WriteString("kty", options.KeyType.ToString());
        if (options.KeySize is { } size)
            json.WriteNumber("key_size", size);
        if (options.PublicExponent is { } exponent)
            json.WriteNumber("public_exponent", exponent);
        WriteOperations(json, [.. options.KeyOperations]);
        WriteAttributes(json, options.Enabled, options.NotBefore, options.ExpiresOn);
        WriteTags(json, options.Tags);
    });

    public static byte[] Write(ImportKeyOptions options) => Write(json =>
    {
        json.WriteStartObject("key");
        json.WriteString("kty", options.Key.KeyType.ToString());
        WriteOperations(json, options.Key.KeyOps);
        foreach (var (name, value) in new[]
        {
            ("n", options.Key.N), ("e", options.Key.E), ("d", options.Key.D), ("p", options.Key.P), ("q", options.Key.Q),
            ("dp", options.Key.DP), ("dq", options.Key.DQ), ("qi", options.Key.QI),
        })
        {
            if (value is not null)
                json.WriteString(name, Base64Url.EncodeToString(value));
        }

        json.WriteEndObject();
        WriteAttributes(json, options.Properties.Enabled, options.Properties.NotBefore, options.Properties.ExpiresOn);
        WriteTags(json, options.Properties.Tags);
    });

    public static byte[] Write(KeyProperties properties, IEnumerable<KeyOperation> operations) => Write(json =>
    {
        if (operations is not null)
            WriteOperations(json, [.. operations]);
        WriteAttributes(json, properties.Enabled, properties.NotBefore, properties.ExpiresOn);
        WriteTags(json, properties.Tags);
    });

    private static void WriteOperations(Utf8JsonWriter json, IReadOnlyCollection<KeyOperation> operations)
    {
        if (operations.Count == 0)
            return;
        json.WriteStartArray("key_ops");
        foreach (var operation in operations)
            json.WriteStringValue(operation.ToString());
        json.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter json, IDictionary<string, string> tags)
    {
        if (tags.Count == 0)
            return;
        json.WriteStartObject("tags");
        foreach (var (name, value) in tags)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, bool? enabled, DateTimeOffset? notBefore, DateTimeOffset? expiresOn)
    {
        if (enabled is null && notBefore is null && expiresOn is null)
            return;
        json.WriteStartObject("attributes");
        if (enabled is { } isEnabled)
            json.WriteBoolean("enabled", isEnabled);
        if (notBefore is { } from)
            json.WriteNumber("nbf", from.ToUnixTimeSeconds());
        if (expiresOn is { } until)
            json.WriteNumber("exp", until.ToUnixTimeSeconds());
        json.WriteEndObject();
    }

    private static KeyProperties ReadProperties(JsonElement element, string id)
    {
        var properties = new KeyProperties(new Uri(id)) { Managed = element.TryGetProperty("managed", out var managed) && managed.GetBoolean() };
        if (element.TryGetProperty("attributes", out var attributes))
        {
            properties.Enabled = attributes.TryGetProperty("enabled", out var enabled) ? enabled.GetBoolean() : null;
            properties.NotBefore = Time(attributes, "nbf");
            properties.ExpiresOn = Time(attributes, "exp");
            properties.CreatedOn = Time(attributes, "created");
            properties.UpdatedOn = Time(attributes, "updated");
            properties.RecoveryLevel = attributes.TryGetProperty("recoveryLevel", out var level) ? level.GetString() : null;
            properties.RecoverableDays = attributes.TryGetProperty("recoverableDays", out var days) ? days.GetInt32() : null;
        }

        if (element.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Object)
        {
            foreach (var tag in tags.EnumerateObject())
                properties.Tags[tag.Name] = tag.Value.GetString();
        }

        return properties;
    }

    private static DateTimeOffset? Time(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var seconds) && seconds.ValueKind == JsonValueKind.Number
            ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64())
            : null;
}
