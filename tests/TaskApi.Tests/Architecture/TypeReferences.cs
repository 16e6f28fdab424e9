using System.Reflection;
using System.Reflection.Emit;

namespace TaskApi.Tests.Architecture;

/// <summary>Finds every type that a type mentions: in its declaration, in its members' signatures, and in the code of its methods.</summary>
internal static class TypeReferences
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> _opCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!).ToDictionary(static code => code.Value);

    /// <summary>The types that <paramref name="type"/> mentions, without its nested types' mentions; generic ones by their definition and arguments.</summary>
    public static HashSet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        AddAll(found, type.GetInterfaces().Append(type.BaseType));
        AddAttributes(found, type);
        foreach (var member in type.GetMembers(Own))
        {
            AddAttributes(found, member);
            if (member is FieldInfo field)
                Add(found, field.FieldType);
            else if (member is PropertyInfo property)
                Add(found, property.PropertyType);
            else if (member is MethodBase method)
                AddMethod(found, method);
        }

        return found;
    }

    private static void AddMethod(HashSet<Type> found, MethodBase method)
    {
        AddAll(found, method.GetParameters().Select(static parameter => parameter.ParameterType));
        if (method is MethodInfo { ReturnType: var returned })
            Add(found, returned);
        if (method.GetMethodBody() is not { } body)
            return;
        AddAll(found, body.LocalVariables.Select(static local => local.LocalType));
        AddAll(found, body.ExceptionHandlingClauses.Where(static clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(static clause => clause.CatchType));
        foreach (var token in Tokens(body.GetILAsByteArray()!))
            AddMember(found, Resolve(method, token));
    }

    private static void AddMember(HashSet<Type> found, MemberInfo? member)
    {
        if (member is Type type)
            Add(found, type);
        Add(found, member?.DeclaringType);
        if (member is MethodInfo method)
            AddAll(found, method.GetGenericArguments().Append(method.ReturnType));
        if (member is MethodBase { } called)
            AddAll(found, called.GetParameters().Select(static parameter => parameter.ParameterType));
        if (member is FieldInfo field)
            Add(found, field.FieldType);
    }

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    // The operands of the instructions that name a type, a method or a field.
    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var value = il[at] == 0xFE ? unchecked((short)((0xFE << 8) | il[at + 1])) : il[at];
            var code = _opCodes[value];
            at += code.Size;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return BitConverter.ToInt32(il, at);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private static void AddAttributes(HashSet<Type> found, MemberInfo member) =>
        AddAll(found, member.GetCustomAttributesData().Select(static attribute => attribute.AttributeType));

    private static void AddAll(HashSet<Type> found, IEnumerable<Type?> types)
    {
        foreach (var type in types)
            Add(found, type);
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Add(found, type.GetElementType());
            return;
        }

        AddAll(found, type.GetGenericArguments());
        found.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
    }
}
