using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

/// <summary>Answers of the existing service, which nobody here made.</summary>
public sealed class SignedVectorTests
{
    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, ContractData.SignedVectors.GetProperty("vectors").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_published_signature_covers_the_characters_of_the_base64(int index)
    {
        var vector = Vector(index);
        using var rsa = RSA.Create();
        rsa.ImportFromPem(ContractData.SignedVectors.GetProperty("public_key_pem").GetString());

        var isGood = rsa.VerifyData(
            Encoding.ASCII.GetBytes(vector.GetProperty("response_base64").GetString()!),
            Convert.FromBase64String(vector.GetProperty("signature").GetString()!),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.True(isGood);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Our_writer_turns_a_published_response_into_its_base64(int index)
    {
        var vector = Vector(index);

        var text = WireText.Of(vector.GetProperty("response"), WireEscaping.Escaped);

        Assert.Equal(vector.GetProperty("response_base64").GetString(), Convert.ToBase64String(Encoding.ASCII.GetBytes(text)));
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Our_envelope_of_the_same_answer_has_the_same_response(int index)
    {
        var vector = Vector(index);
        var response = vector.GetProperty("response");
        var code = response.GetProperty("code");
        var number = code.ValueKind == JsonValueKind.String ? int.Parse(code.GetString()!, null) : code.GetInt32();
        var answer = new SignedAnswer(ResultCodesByNumber.Of(number), null, json => WriteOwn(json, response));

        var written = SignedEnvelope.Response(
            answer, WireEscaping.Escaped, DateTimeOffset.FromUnixTimeSeconds(response.GetProperty("timestamp").GetInt64()));

        Assert.Equal(vector.GetProperty("response_base64").GetString(), Convert.ToBase64String(written.Written));
    }

    [Fact]
    public void The_example_of_the_contract_is_written_to_the_byte()
    {
        var written = SignedEnvelope.Response(
            new SignedAnswer(ResultCodes.NoActivation), WireEscaping.Escaped, DateTimeOffset.FromUnixTimeSeconds(1709000147));

        Assert.Equal(
            """{"code":202,"message":"No activation found for this license key\/identifier combination","timestamp":1709000147}""",
            Encoding.ASCII.GetString(written.Written));
    }

    private static JsonElement Vector(int index) => ContractData.SignedVectors.GetProperty("vectors")[index];

    private static void WriteOwn(WireJson json, JsonElement response)
    {
        foreach (var field in response.EnumerateObject().Where(field => field.Name is not ("code" or "message" or "timestamp")))
            json.Name(field.Name).Literal(Encoding.UTF8.GetBytes(WireText.Of(field.Value, WireEscaping.Escaped)));
    }
}
