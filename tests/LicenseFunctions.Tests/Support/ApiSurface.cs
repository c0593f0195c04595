using System.Reflection;
using System.Runtime.CompilerServices;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// What of an assembly can be seen from outside, a line for each type and each public or protected member, in the form
/// of the lists under <c>TestData/official-api</c>.
/// </summary>
internal static class ApiSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(Of);

    private static IEnumerable<string> Of(Type type)
    {
        var name = ApiNames.Of(type);
        var members = type.IsEnum
            ? Enum.GetNames(type).Select(value => $"  {name}.{value} = {Convert.ToInt64(Enum.Parse(type, value), null)}")
            : Members(type).Select(member => $"  {name} :: {member}");
        return members.Prepend($"{Kind(type)} {name}{Ancestry(type)}");
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when type.IsAssignableTo(typeof(Delegate)) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    /// <summary>The base type where it says something, and the interfaces that it does not bring along.</summary>
    private static string Ancestry(Type type)
    {
        var parent = type.BaseType;
        var shown = parent is null || parent == typeof(object) || parent == typeof(ValueType) || parent == typeof(Enum)
            ? ""
            : " : " + ApiNames.Of(parent);
        var own = type.GetInterfaces().Except(parent?.GetInterfaces() ?? []).Select(ApiNames.Of).Order();
        return shown + string.Concat(own.Select(i => " ;" + i));
    }

    private static IEnumerable<string> Members(Type type) =>
    [
        .. type.GetConstructors(Declared).Where(IsVisible).Select(c => $"{Modifiers(c)}.ctor({ApiNames.Parameters(c)})"),
        .. type.GetProperties(Declared).Where(p => IsVisible(p.GetMethod) || IsVisible(p.SetMethod)).Select(Property),
        .. type.GetMethods(Declared).Where(m => IsVisible(m) && (!m.IsSpecialName || IsOperator(m))).Select(Method),
        .. type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily)
            .Select(f => $"{(f.IsStatic ? "static " : "")}{ApiNames.Of(f.FieldType)} {f.Name}"),
        .. type.GetEvents(Declared).Select(e => $"event {ApiNames.Of(e.EventHandlerType!)} {e.Name}"),
    ];

    private static string Property(PropertyInfo property)
    {
        var indexes = ApiNames.Parameters(property.GetIndexParameters());
        var index = indexes.Length > 0 ? $"[{indexes}]" : "";
        var accessors = (IsVisible(property.GetMethod) ? " get;" : "") + (IsVisible(property.SetMethod) ? " set;" : "");
        var modifiers = Modifiers((property.GetMethod ?? property.SetMethod)!);
        return $"{modifiers}{ApiNames.Of(property.PropertyType)} {property.Name}{index} {{{accessors} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(',', method.GetGenericArguments().Select(ApiNames.Of))}>" : "";
        var extends = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Modifiers(method)}{ApiNames.Of(method.ReturnType)} {method.Name}{generic}"
            + $"({extends}{ApiNames.Parameters(method)}){ApiNames.Constraints(method)}";
    }

    private static bool IsVisible(MethodBase? method) =>
        method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsOperator(MethodInfo method) => method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Modifiers(MethodBase method) => (method.IsFamily ? "protected " : "") + method switch
    {
        { IsStatic: true } => "static ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };
}
