using System.Reflection;
using LicenseFunctions.SignedApi;

namespace LicenseFunctions.Tests.Support;

/// <summary>Every result code that the code declares.</summary>
public static class ResultCodesByNumber
{
    public static IReadOnlyList<ResultCode> All { get; } =
    [
        .. typeof(ResultCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ResultCode)).Select(field => (ResultCode)field.GetValue(null)!),
    ];

    /// <summary>The first that is declared with a number.</summary>
    public static ResultCode Of(int number) => All.First(code => code.Code == number);
}
