param location string
param tags object
param token string
param identityId string
param identityClientId string
param insightsConnectionString string
param hostBlobEndpoint string
param deploymentContainerUri string
param tableEndpoint string
param downloadsContainerUri string
param vaultUri string
param maximumInstanceCount int
param instanceMemoryMB int
param alwaysReadyHttp int
param trustedProxies string

// No secret among them. What is not set here has a default that is right in Azure; a test holds the list against the code.
var settings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: hostBlobEndpoint
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_CLIENT_ID: identityClientId
  Storage__Provider: 'AzureTables'
  Storage__TableEndpoint: tableEndpoint
  Signing__Provider: 'KeyVault'
  Signing__VaultUri: vaultUri
  Downloads__BlobContainerUri: downloadsContainerUri
  // The platform's own front end is accounted for: the worker takes the last entry of X-Forwarded-For, which that added.
  Network__TrustedProxies: trustedProxies
  // The frameworks log the addresses of requests, and those hold license keys.
  Logging__LogLevel__Microsoft: 'Warning'
  Logging__LogLevel__Azure: 'Warning'
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReadyHttp > 0 ? [{ name: 'http', instanceCount: alwaysReadyHttp }] : []
        triggers: {
          http: {
            // A request waits for tables most of its time, and those that meet in one instance share commits and signatures.
            perInstanceConcurrency: 100
          }
        }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: [for setting in items(settings): {
        name: setting.key
        value: setting.value
      }]
    }
  }
}

output name string = app.name
output endpoint string = 'https://${app.properties.defaultHostName}'
