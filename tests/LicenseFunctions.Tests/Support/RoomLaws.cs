using System.Reflection;

namespace LicenseFunctions.Tests.Support;

/// <summary>Which rooms (folders, so namespaces) may know which: the table of the design.</summary>
/// <param name="root">The namespace of the rooms.</param>
internal sealed class RoomLaws(string root)
{
    private const string AspNet = "Microsoft.AspNetCore";
    private const string HttpClients = "System.Net.Http";

    /// <summary>What a room never knows; a name with no dot in front is a namespace of others, a dot alone our outermost one.</summary>
    private static readonly Dictionary<string, string[]> Forbidden = new()
    {
        ["SignedApi"] = [".DomainApi", ".Storage", "Azure"],
        ["DomainApi"] = [".SignedApi", ".Storage", "Azure"],
        ["Licensing"] = [".Observability", ".Health", ".SignedApi", ".DomainApi", ".Http", ".Functions", ".Signing", ".Storage.Sqlite", ".Storage.AzureTables", "Azure", AspNet, HttpClients],
        ["Limits"] = [".Observability", ".Health", ".SignedApi", ".DomainApi", ".Http", ".Functions", ".Licensing", ".Signing", ".Storage.Sqlite", ".Storage.AzureTables", "Azure", AspNet, HttpClients],
        ["Checks"] = [".Observability", ".Health", ".SignedApi", ".DomainApi", ".Http", ".Functions", ".Webhooks", ".Files", ".Storage.Sqlite", ".Storage.AzureTables", "Azure", AspNet, HttpClients],
        ["Storage"] = [".Observability", ".Health", ".SignedApi", ".DomainApi", ".Http", ".Functions", ".Licensing", ".Limits", ".Signing", ".", AspNet],
        ["Files"] = [".Observability", ".Health", ".SignedApi", ".DomainApi", ".Http", ".Functions", ".Licensing", ".Limits", ".Signing", ".Storage.Sqlite", ".Storage.AzureTables", ".", AspNet],
        ["KeyRotation"] = [".Observability", ".Health", ".SignedApi", ".DomainApi", ".Http", ".Functions", ".Limits", ".Storage.Sqlite", ".Storage.AzureTables", ".Signing.KeyVault", ".Signing.LocalKeys", "Azure", AspNet, HttpClients],
        ["Signing"] = [".Observability", ".Health", ".SignedApi", ".DomainApi", ".Http", ".Functions", ".Licensing", ".Limits", ".Storage", ".KeyRotation", ".", AspNet],
        ["Observability"] = [".SignedApi", ".DomainApi", ".Http", ".Functions", ".Webhooks", ".Health", ".Storage.Sqlite", ".Storage.AzureTables", ".Signing.LocalKeys", ".Signing.KeyVault", ".", "Azure", AspNet, HttpClients],
        ["Health"] = [".SignedApi", ".DomainApi", ".Http", ".Functions", ".Licensing", ".Limits", ".Observability", ".Storage.Sqlite", ".Storage.AzureTables", ".", "Azure", AspNet, HttpClients],
    };

    /// <summary>The rooms that a law binds.</summary>
    public static IReadOnlyCollection<string> Rooms => Forbidden.Keys;

    /// <summary>The only places that know Azure.</summary>
    private static readonly string[] AzureRooms = [".Storage.AzureTables", ".Signing.KeyVault", ".Files.Blobs"];

    /// <summary>A line for each type that knows what its room must not: "SignedApi.Gate knows Storage.Row".</summary>
    public IReadOnlyList<string> Violations(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           where RoomOf(type) is not null
           from known in TypeReferences.Of(type)
           where IsForbidden(type, known)
           let line = $"{Shown(type)} knows {Shown(known)}"
           orderby line
           select line,
    ];

    private bool IsForbidden(Type type, Type known) =>
        Forbidden[RoomOf(type)!].Any(name => name == "." ? known.Namespace == root : IsIn(known, Whole(name)))
        || (IsIn(known, "Azure") && !AzureRooms.Any(room => IsIn(type, Whole(room))));

    private string? RoomOf(Type type) => Forbidden.Keys.FirstOrDefault(room => IsIn(type, $"{root}.{room}"));

    private string Whole(string name) => name.StartsWith('.') ? root + name : name;

    private static bool IsIn(Type type, string name) =>
        type.Namespace is { } space && (space == name || space.StartsWith(name + ".", StringComparison.Ordinal));

    /// <summary>The outermost type that a reader would look for.</summary>
    private string Shown(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.FullName!.StartsWith(root + ".", StringComparison.Ordinal) ? type.FullName[(root.Length + 1)..] : type.FullName;
    }
}
