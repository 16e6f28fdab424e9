using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>A call in Swagger UI.</summary>
/// <param name="page">The page.</param>
/// <param name="id">The call's operation id.</param>
internal sealed class SwaggerOperation(IPage page, string id)
{
    private readonly ILocator _operation = page.Locator($"[id$=-{id}]");

    /// <summary>Where the call went.</summary>
    public ILocator Url => _operation.Locator(".request-url pre");

    /// <summary>The headers of the answer.</summary>
    public ILocator Headers => _operation.Locator(".live-responses-table .headerline");

    /// <summary>A part of it.</summary>
    public ILocator Part(string selector) => _operation.Locator(selector);

    /// <summary>Unfolds it, and lets its fields be filled in.</summary>
    public async Task Try()
    {
        await _operation.Locator(".opblock-summary-control").ClickAsync();
        await _operation.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
    }

    /// <summary>Takes another of the examples of its body.</summary>
    public async Task Choose(string summary) => await _operation.Locator(".opblock-section-request-body .examples-select-element").SelectOptionAsync(new SelectOptionValue { Label = summary });

    /// <summary>Expects this in the body of the answer.</summary>
    public Task ExpectAnswer(string text) => Expect(_operation.Locator(".live-responses-table tbody .response-col_description")).ToContainTextAsync(text);

    /// <summary>Makes the call, and expects the status.</summary>
    public async Task Execute(string status)
    {
        await _operation.Locator(".execute").ClickAsync();
        await Expect(_operation.Locator(".live-responses-table .response-col_status").Last).ToContainTextAsync(status);
    }
}
