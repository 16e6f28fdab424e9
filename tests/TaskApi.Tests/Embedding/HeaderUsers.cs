using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TaskApi.Tests.Embedding;

/// <summary>A program's own authentication: believes whoever says who he is, in the header <c>User</c>. The policy <c>admins</c> is for the user admin.</summary>
internal static class HeaderUsers
{
    /// <summary>Registers it.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication("users").AddScheme<AuthenticationSchemeOptions, Handler>("users", configureOptions: null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("admins", static policy => policy.RequireUserName("admin"));
    }

    /// <summary>Registers it, and has every endpoint need a user that says nothing else.</summary>
    public static void AddWithFallback(WebApplicationBuilder builder)
    {
        Add(builder);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private sealed class Handler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers["User"] is [var name]
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name!)], Scheme.Name)), Scheme.Name))
            : AuthenticateResult.NoResult());

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.Headers.WWWAuthenticate = Scheme.Name;
            return base.HandleChallengeAsync(properties);
        }
    }
}
