#!/usr/bin/env bash
# Generates a client by each of NSwag, Kiota and openapi-typescript from generated/swagger.json, and builds the programs that use them.
# The generators are installed by the first run; after that it needs no network.
set -euo pipefail
cd "$(dirname "$0")"
export KIOTA_OFFLINE_ENABLED=true KIOTA_TUTORIAL_ENABLED=false KIOTA_CLI_TELEMETRY_OPTOUT=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --ignore-scripts --no-audit --no-fund
  cp package-lock.json node_modules/.installed
  dotnet tool restore
fi

if ! cmp -s generated/swagger.json generated/done.json; then
  rm -rf generated/kiota generated/done.json
  dotnet nswag openapi2csclient /input:generated/swagger.json /output:generated/NSwagClient.cs /namespace:Generated.NSwag /classname:NSwagClient \
    /jsonLibrary:SystemTextJson /generateOptionalParameters:true
  dotnet kiota generate --language CSharp --openapi generated/swagger.json --class-name KiotaClient --namespace-name Generated.Kiota \
    --output generated/kiota --log-level Error
  npx --no-install openapi-typescript generated/swagger.json --output generated/schema.d.ts
fi

npx --no-install tsc --strict --target es2022 --module nodenext --skipLibCheck --outDir generated/js client.ts
dotnet build dotnet --configuration Release --output generated/dotnet --nologo -v quiet
cp generated/swagger.json generated/done.json
