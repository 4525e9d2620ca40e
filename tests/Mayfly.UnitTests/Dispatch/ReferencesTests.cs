using System.Reflection;
using System.Reflection.Emit;
using Mayfly.Dispatch;
using Mayfly.Protocol;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>No credential can reach a cell, because what talks to cells does not know that there are any.</summary>
public sealed class ReferencesTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // All that Dispatch may use. System.Net.Http and System.Data are not in it; neither is any other folder of the gateway.
    private static readonly string[] s_allowed =
    [
        "Mayfly.Dispatch", "Mayfly.Protocol", "Google.Protobuf", "Microsoft.Extensions.Logging", "Microsoft.Win32.SafeHandles", "Microsoft.CodeAnalysis",
        "System.Buffers", "System.Collections", "System.ComponentModel", "System.Diagnostics", "System.Globalization", "System.IO", "System.Linq", "System.Net.Sockets",
        "System.Numerics", "System.Reflection", "System.Runtime", "System.Text", "System.Threading", "System.CodeDom",
    ];

    private static readonly Dictionary<short, OpCode> s_opCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    [Fact]
    public void Dispatch_knows_nothing_of_HTTP_SQL_keys_or_accounts()
    {
        var types = typeof(Dispatcher).Assembly.GetTypes().Where(type => type.Namespace == "Mayfly.Dispatch").ToList();
        Assert.NotEmpty(types);

        var strangers = types.SelectMany(type => NamespacesUsedBy(type).Where(name => !IsAllowed(name)).Select(name => $"{type.Name} uses {name}"));

        Assert.Empty(strangers.Distinct());
    }

    [Fact]
    public void Protocol_depends_on_nothing_of_Mayfly()
    {
        var references = typeof(FrameLimits).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);

        Assert.DoesNotContain(references, name => name.StartsWith("mayfly", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_stranger_inside_a_method_would_be_found() =>
        Assert.Contains("System.Net.Http", NamespacesUsedBy(typeof(Stranger)));

    private static bool IsAllowed(string name) =>
        name == "System" || s_allowed.Any(allowed => name == allowed || name.StartsWith(allowed + ".", StringComparison.Ordinal));

    private static HashSet<string> NamespacesUsedBy(Type type)
    {
        var used = new HashSet<string>();
        Use(type.BaseType);
        foreach (var contract in type.GetInterfaces()) Use(contract);
        foreach (var field in type.GetFields(Everything)) Use(field.FieldType);
        foreach (var attribute in type.GetCustomAttributesData()) Use(attribute.AttributeType);
        foreach (var method in type.GetMembers(Everything).OfType<MethodBase>())
        {
            foreach (var parameter in method.GetParameters()) Use(parameter.ParameterType);
            if (method is MethodInfo function) Use(function.ReturnType);
            foreach (var local in method.GetMethodBody()?.LocalVariables ?? []) Use(local.LocalType);
            foreach (var member in MembersNamedIn(method)) UseMember(member);
        }

        return used;

        void UseMember(MemberInfo member)
        {
            Use(member as Type ?? member.DeclaringType);
            if (member is MethodInfo { IsGenericMethod: true } generic) Array.ForEach(generic.GetGenericArguments(), Use);
            if (member is MethodInfo call) Use(call.ReturnType);
            if (member is FieldInfo field) Use(field.FieldType);
        }

        void Use(Type? one)
        {
            while (one?.HasElementType == true) one = one.GetElementType();
            if (one is null || one.IsGenericParameter) return;
            used.Add(one.Namespace ?? "System");
            if (one.IsGenericType) Array.ForEach(one.GetGenericArguments(), Use);
        }
    }

    // Walks the instructions and resolves those that name a type, a method or a field.
    private static IEnumerable<MemberInfo> MembersNamedIn(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            // Two-byte instructions begin with FE.
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[++at])) : code[at];
            at++;
            var operand = s_opCodes[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod)!;

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static class Stranger
    {
        internal static Version Hide() => new HttpRequestMessage().Version;
    }
}
