FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# What decides about packages comes first: as long as it doesn't change, the restored layer is taken from the cache.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Directory.Build.props src/
COPY src/TaskApi.Abstractions/TaskApi.Abstractions.csproj src/TaskApi.Abstractions/
COPY src/TaskApi.Handlers/TaskApi.Handlers.csproj src/TaskApi.Handlers/
COPY src/TaskApi.Engine/TaskApi.Engine.csproj src/TaskApi.Engine/
COPY src/TaskApi.Storage/TaskApi.Storage.csproj src/TaskApi.Storage/
COPY src/TaskApi.Storage.Postgres/TaskApi.Storage.Postgres.csproj src/TaskApi.Storage.Postgres/
COPY src/TaskApi.Storage.Sqlite/TaskApi.Storage.Sqlite.csproj src/TaskApi.Storage.Sqlite/
COPY src/TaskApi.AspNetCore/TaskApi.AspNetCore.csproj src/TaskApi.AspNetCore/
COPY src/TaskApi/TaskApi.csproj src/TaskApi/
RUN dotnet restore src/TaskApi --use-current-runtime -p:PublishReadyToRun=true

COPY .editorconfig BannedSymbols.txt ./
COPY src/ src/
# Compiled ahead: otherwise the first calls wait until what they need has been compiled.
RUN dotnet publish src/TaskApi --configuration Release --no-restore --output /app \
    --use-current-runtime --self-contained false -p:PublishReadyToRun=true -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# The zones of schedules are those of the system's time zone data, which this base brings. One without them is found out here, not by whoever asks for a zone.
RUN test -f /usr/share/zoneinfo/Europe/Oslo
COPY --from=build /app ./

# Where the durable mode keeps its database: a volume mounted here takes over who owns it. Some orchestrators run the image as a user of their own
# choice, but in group 0.
RUN mkdir /data && chown $APP_UID:0 /data && chmod 775 /data

ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080
USER $APP_UID

# The image has no curl, and a .NET process for each check would cost more than what it checks: bash speaks enough HTTP for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

ENTRYPOINT ["dotnet", "TaskApi.dll"]
