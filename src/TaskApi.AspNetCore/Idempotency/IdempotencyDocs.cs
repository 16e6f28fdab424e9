using System.Net.Mime;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>Documents the key on the calls that take one, and the answers that it is given again with.</summary>
internal sealed class IdempotencyDocs : IOperationFilter
{
    private static readonly ApiParameter _key = new(IdempotencyKeyHeader.Name, "Makes retries safe: the same key with the same body gets the first answer again and creates nothing. 1 to 255 visible ASCII characters, bare or quoted. Not with a streamed body.") { InHeader = true };

    private static readonly ApiHeader _replayed = new("Idempotency-Replayed", "`true` for the answer to an earlier call with the same `Idempotency-Key`; absent otherwise.", "true");

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.Metadata<IdempotentMetadata>() is null)
            return;
        (operation.Parameters ??= []).Add(OperationDocs.ToParameter(_key, context));
        foreach (var response in operation.Responses(static status => status < StatusCodes.Status300MultipleChoices).Where(static response => response.Content!.ContainsKey(MediaTypeNames.Application.Json)))
            response.Add(_replayed, context.Document);
    }
}
