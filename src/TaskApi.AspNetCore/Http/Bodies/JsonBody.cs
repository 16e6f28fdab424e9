using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Bodies;

/// <summary>
/// A JSON body as a handler's parameter: the value, or the problem to answer with. The framework's own binding would answer
/// a bare <c>400</c> that doesn't name the field.
/// </summary>
internal sealed class JsonBody<T> : IBindableFromHttpContext<JsonBody<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private readonly ProblemResult? _problem;
    private T? _value;

    private JsonBody(T value) => _value = value;

    private JsonBody(ProblemResult problem) => _problem = problem;

    /// <summary>False, with the problem to answer with, if the body is missing, too large, of another type, malformed, or still on its way when the service stops.</summary>
    /// <remarks>To be asked once: the body is the handler's from then on, and isn't kept for as long as the call waits.</remarks>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ProblemResult? problem)
    {
        (value, problem, _value) = (_value, _problem, null);
        return value is not null;
    }

    /// <summary>Reads the body, up to the route's limit (<see cref="BodyLimit"/>).</summary>
    public static ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter) => ReadAsync(context)!;

    /// <inheritdoc cref="BindAsync"/>
    public static async ValueTask<JsonBody<T>> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (AcceptedBody.Refusal(context) is { } refusal)
            return new(refusal);

        var (bytes, problem) = await BufferedBody.ReadAsync(context);
        if (problem is not null)
            return new(problem);
        var body = Parse(context, bytes);
        request.BodyReader.AdvanceTo(bytes.End);
        return body;
    }

    /// <summary>Tells the API description which body the route takes, and how it may be refused.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new AcceptedBody(typeof(T), MediaTypeNames.Application.Json));
        foreach (var problem in (ReadOnlySpan<ProblemType>)[ProblemTypes.RequestTimeout, ProblemTypes.ContentTooLarge, ProblemTypes.UnsupportedMediaType, ProblemTypes.ShuttingDown])
            builder.Metadata.Add(new ProblemMetadata(problem));
    }

    private static JsonBody<T> Parse(HttpContext context, in ReadOnlySequence<byte> body)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<ApiJsonOptions>>().Value;
        var typeInfo = (JsonTypeInfo<T>)json.SerializerOptions.GetTypeInfo(typeof(T));
        var errors = new FieldErrors();
        if (body.IsSingleSegment)
            return JsonInput.TryParse(body.FirstSpan, typeInfo, FieldPath.Root, errors, out var value) ? new(value) : new(errors.ToProblem());

        var length = (int)body.Length;
        var whole = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(whole);
        var parsed = JsonInput.TryParse(whole.AsSpan(0, length), typeInfo, FieldPath.Root, errors, out var large) ? new JsonBody<T>(large) : new(errors.ToProblem());
        ArrayPool<byte>.Shared.Return(whole);
        return parsed;
    }
}
