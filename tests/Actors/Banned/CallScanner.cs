using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Tocsin.ActorTests.Banned;

/// <summary>One use of a member of another assembly.</summary>
/// <param name="Type">Full name of the outermost type that uses it: closures and state machines count for the type that they were written in.</param>
/// <param name="Method">As compiled: of a closure or an async method a name made from it.</param>
/// <param name="Member">"System.DateTime.get_UtcNow()"; without the brackets where it takes anything.</param>
internal sealed record Call(string Type, string Method, string Member);

/// <summary>Reads the IL of an assembly's methods, operand by operand, for the members of other assemblies that they call or take as delegates.</summary>
internal static class CallScanner
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => (int)(ushort)o.Value);

    public static HashSet<Call> Calls(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var calls = new HashSet<Call>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            var type = Outermost(metadata, method.GetDeclaringType());
            foreach (var token in Tokens(file.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
            {
                if (Name(metadata, MetadataTokens.EntityHandle(token)) is { } member)
                    calls.Add(new Call(type, metadata.GetString(method.Name), member));
            }
        }
        return calls;
    }

    private static IEnumerable<int> Tokens(BlobReader il)
    {
        var tokens = new List<int>();
        while (il.RemainingBytes > 0)
        {
            int value = il.ReadByte();
            if (value == 0xFE)
                value = 0xFE00 | il.ReadByte();
            var code = OpCodesByValue[value];
            switch (code.OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineTok:
                    tokens.Add(il.ReadInt32());
                    break;
                case OperandType.InlineSwitch:
                    var targets = il.ReadInt32();
                    il.Offset += targets * 4;
                    break;
                default:
                    il.Offset += Size(code.OperandType);
                    break;
            }
        }
        return tokens;
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static string? Name(MetadataReader metadata, EntityHandle member)
    {
        if (member.Kind == HandleKind.MethodSpecification)
            member = metadata.GetMethodSpecification((MethodSpecificationHandle)member).Method;
        if (member.Kind != HandleKind.MemberReference)
            return null;
        var reference = metadata.GetMemberReference((MemberReferenceHandle)member);
        if (reference.Parent.Kind != HandleKind.TypeReference)
            return null;
        var type = metadata.GetTypeReference((TypeReferenceHandle)reference.Parent);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(reference.Name)}{(IsEmpty(metadata, reference) ? "()" : "")}";
    }

    private static bool IsEmpty(MetadataReader metadata, MemberReference reference)
    {
        var signature = metadata.GetBlobReader(reference.Signature);
        var header = signature.ReadSignatureHeader();
        if (header.Kind != SignatureKind.Method)
            return false;
        if (header.IsGeneric)
            signature.ReadCompressedInteger();
        return signature.ReadCompressedInteger() == 0;
    }

    private static string Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
