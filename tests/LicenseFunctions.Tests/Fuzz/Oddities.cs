using System.Text;
using System.Text.Json.Nodes;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>What clients send that they should not.</summary>
internal static class Oddities
{
    /// <summary>A header of an answer by this name was made by a request.</summary>
    public const string InjectedHeader = "X-Injected";

    private static readonly string[] Texts =
    [
        "", " ", "0", "-1", "1e999", "NaN", "true", "null", "[]", "{}", "KEY-1", "key-1", "KEY-2", "no such key", "..", "../../etc/passwd", "%00", "\0", "a\0b",
        "\r\nX-Injected: 1\r\n", "%0d%0aX-Injected:%201", "\u2028", "\u202e", "\ufeff", "\ufffe", "é", "e\u0301", "😀", "ß", "İ", "xn--", "xn--a", "xn--zzzzzz--",
        "https://user:pass@EXAMPLE.com:8080/p?q#f", "[::1]", "[::1%25eth0]", "1.2.3.4.5", "a..b", ".", "-a.example", "a_b.example", "0x7f.1", "//", "\\\\host\\share",
        "' OR 1=1 --", "<script>alert(1)</script>", "${jndi:ldap://x}", "{{7*7}}", "2024-02-30 25:61:61", "9999-12-31 23:59:59", "-1-1-1", "1,2,3", "*", "W/\"1\"",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "2147483648", "1.0", "1e2", "٣", "１", "+1", " 1 ", "0x10", "1_000",
    ];

    private static readonly string[] Raw =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "1.5", "1e400", "-1e-400", "9223372036854775808", "123456789012345678901234567890", "[]", "{}", "[[]]", "[null]",
        "[1,\"a\",null,{}]", "{\"a\":{\"b\":[]}}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "[\"KEY-1\",\"KEY-1\"]", "{\"\":\"\"}", "01", "'a'", "NaN", "\"\t\"", "",
    ];

    public static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "PROPFIND", "A", "POST1"];

    public static readonly string[] Types =
    [
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=\"\"", "text/plain", "application/xml",
        "application/json; charset=utf-16", "application/json; charset=utf-8", "application/json; charset=\"utf-7\"", "APPLICATION/JSON", "application/problem+json", "application/x-protobuf",
        "application/octet-stream", "json", "/", "application/", ";;;", "*/*", "text/html;charset=ibm850",
    ];

    public static readonly string[] Names =
    [
        "license_key", "identifier", "domain", "product_id", "product_uuid", "generator_uuid", "contract_uuid", "quantity", "validity", "status", "activation_limit", "key", "value",
        "meta_key", "license_keys", "licenses", "license_keys[]", "licenses[0][a]", "owner_email", "webhook_url", "post_url", "data_type", "data_group", "text_data", "page", "per_page", "api_key", "", "a.b", "__proto__", "$type",
    ];

    public static string Text(Random random) => random.Next(12) switch
    {
        0 => new string('a', 1 << random.Next(17)),
        1 => new string('é', random.Next(2000)),
        2 => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(0x10000))),
        3 => random.NextInt64(long.MinValue, long.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => Texts[random.Next(Texts.Length)],
    };

    /// <summary>The text of a JSON value, or of what is none.</summary>
    public static string Json(Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                var depth = 1 << random.Next(11);
                return new StringBuilder().Insert(0, "[", depth).Insert(depth, "]", random.Next(10) == 0 ? 1 : depth).ToString();
            case 1:
                depth = random.Next(1, 1000);
                return $"{string.Concat(Enumerable.Repeat("{\"a\":", depth))}1{new string('}', depth)}";
            case 2 or 3:
                return JsonValue.Create(Text(random)).ToJsonString();
            default:
                return Raw[random.Next(Raw.Length)];
        }
    }
}
