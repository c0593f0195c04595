using System.Text;

namespace LicenseFunctions.Bench.Load;

/// <summary>The bytes of requests, as small clients send them.</summary>
internal static class Requests
{
    public static byte[] Get(string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    public static byte[] PostJson(string path, string json, string? apiKey = null) => Post(path, "application/json", json, apiKey);

    public static byte[] PostForm(string path, string form, string? apiKey = null) => Post(path, "application/x-www-form-urlencoded", form, apiKey);

    private static byte[] Post(string path, string type, string body, string? apiKey) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\n"
        + (apiKey is null ? "" : $"Authorization: Bearer {apiKey}\r\n")
        + $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
