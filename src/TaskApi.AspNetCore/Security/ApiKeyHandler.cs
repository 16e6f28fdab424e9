using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Security;

/// <summary>Lets in who brings a key that is configured, under its name; answers <c>401</c> to the others.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The authentication scheme's name.</summary>
    public new const string Scheme = "ApiKey";

    private const string Challenge = "Bearer realm=\"taskapi\"";

    private static readonly AuthenticateResult _unknown = AuthenticateResult.Fail("The key is not one of the configured ones.");

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        PresentedKey.TryRead(Request.Headers, out var key) ? keys.Find(key) ?? _unknown : AuthenticateResult.NoResult());

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var isPresented = PresentedKey.TryRead(Request.Headers, out _);
        Response.Headers.WWWAuthenticate = isPresented ? Challenge + ", error=\"invalid_token\"" : Challenge;
        return new ProblemResult(ProblemTypes.Unauthorized, isPresented
            ? "The API key is not known here."
            : "This call needs an API key, as Authorization: Bearer KEY or X-Api-Key: KEY.").ExecuteAsync(Context);
    }
}
