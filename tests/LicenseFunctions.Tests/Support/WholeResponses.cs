using System.Text;
using System.Text.Json;

namespace LicenseFunctions.Tests.Support;

/// <summary>Compares the whole <c>response</c> of a signed answer, as the bytes that are signed.</summary>
public static class WholeResponses
{
    /// <summary>What <c>response_base64</c> decodes to.</summary>
    public static string Decoded(this SignedReply reply) =>
        Encoding.ASCII.GetString(Convert.FromBase64String(reply.Body.GetProperty("response_base64").GetString()!));

    /// <summary>Asserts the response to the byte, but for the braces round it, and who signed.</summary>
    public static void ShouldSay(this SignedReply reply, string signedBy, string fields, int status = 200)
    {
        Assert.Equal($"{{{fields}}}", reply.Decoded());
        Assert.Equal(signedBy, reply.SignedBy);
        Assert.Equal(status, reply.Status);
    }

    /// <summary>The names of a JSON object's fields, in order.</summary>
    public static string Names(this JsonElement json) => string.Join(' ', json.EnumerateObject().Select(field => field.Name));
}
