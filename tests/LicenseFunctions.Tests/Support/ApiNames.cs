using System.Reflection;

namespace LicenseFunctions.Tests.Support;

/// <summary>Types, parameters and constraints as <see cref="ApiSurface"/> writes them.</summary>
internal static class ApiNames
{
    public static string Of(Type type)
    {
        if (type.IsByRef)
            return "ref " + Of(type.GetElementType()!);
        if (type.IsArray)
            return Of(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        var name = Qualifier(type) + type.Name;
        return name.Split('`') is [var plain, ..] && plain != name
            ? $"{plain}<{string.Join(',', type.GetGenericArguments().Select(Of))}>"
            : name;
    }

    public static string Parameters(MethodBase method) => Parameters(method.GetParameters());

    public static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    public static string Constraints(MethodInfo method) => method.IsGenericMethod
        ? string.Concat(method.GetGenericArguments().Select(Constraint))
        : "";

    private static string Qualifier(Type type) =>
        type.IsNested ? Of(type.DeclaringType!) + "."
        : type.Namespace is "System" or null ? ""
        : type.Namespace + ".";

    private static string Parameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var prefix = parameter.IsOut ? "out " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var shown = parameter.IsOut && type.IsByRef ? Of(type.GetElementType()!) : Of(type);
        var otherwise = parameter.HasDefaultValue
            ? $" = {parameter.DefaultValue ?? (type.IsValueType ? "default" : "null")}"
            : "";
        return $"{prefix}{shown} {parameter.Name}{otherwise}";
    }

    private static string Constraint(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        List<string> constraints = [.. parameter.GetGenericParameterConstraints().Select(Of)];
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            constraints.Insert(0, "class");
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            constraints.Add("new()");
        return constraints.Count > 0 ? $" where {parameter.Name} : {string.Join(',', constraints)}" : "";
    }
}
