using System.Net.Mime;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>
/// What the API description says of an operation and its route can't tell by itself: the words, what the handler reads from
/// the query and the headers, what it answers when all goes well, and examples. Problems are documented by
/// <see cref="Problems.ProblemMetadata"/>, other conventions by <see cref="DescribedApi.Conventions"/>.
/// </summary>
/// <param name="Tag">One of <see cref="DescribedApi.Tags"/>.</param>
/// <param name="Name">The operation's id, unique in the service; clients that are generated name their method after it.</param>
/// <param name="Summary">A line.</param>
/// <param name="Description">A paragraph, in Markdown.</param>
internal sealed record OperationDoc(string Tag, string Name, string Summary, string Description)
{
    /// <summary>The query parameters and the headers that the handler reads.</summary>
    public ApiParameter[] Parameters { get; init; } = [];

    /// <summary>Bodies that the service takes as they stand, given the present time; "Try it out" starts with the first.</summary>
    public Func<DateTimeOffset, ApiExample[]>? Bodies { get; init; }

    /// <summary>The answers that aren't problems, and problems that have headers of this operation.</summary>
    public AnswerDoc[] Answers { get; init; } = [];
}

/// <summary>An answer of an operation.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">What it means here; null for a problem, which describes itself.</param>
internal sealed record AnswerDoc(int Status, string? Description = null)
{
    /// <summary>The headers that it may have beside the usual ones.</summary>
    public ApiHeader[] Headers { get; init; } = [];

    /// <summary>Bodies as they may look.</summary>
    public ApiExample[] Examples { get; init; } = [];
}

/// <summary>A body as it may look.</summary>
/// <param name="Name">Its name among the examples of the same body: lower case, words joined by hyphens.</param>
/// <param name="Summary">What it shows, in a few words.</param>
/// <param name="Value">The text of the body, or a contract to serialize; of a stream the <see cref="ExampleEvent"/>s, or a contract for each line.</param>
internal sealed record ApiExample(string Name, string Summary, object Value)
{
    /// <summary>The media type that it is an example of.</summary>
    public string MediaType { get; init; } = MediaTypeNames.Application.Json;
}

/// <summary>An event in an example of a stream.</summary>
/// <param name="Id">Its number, if it has one.</param>
/// <param name="Name">Its name.</param>
/// <param name="Data">The contract that is its data.</param>
internal sealed record ExampleEvent(long? Id, string Name, object Data);

internal static class OperationDocExtensions
{
    /// <summary>Names and documents the operation.</summary>
    public static RouteHandlerBuilder WithDoc(this RouteHandlerBuilder route, OperationDoc doc) =>
        route.WithTags(doc.Tag).WithName(doc.Name).WithSummary(doc.Summary).WithDescription(doc.Description).WithMetadata(doc);
}
