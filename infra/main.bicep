targetScope = 'resourceGroup'

@description('Names the deployment in tags; azd fills it with the name of its environment.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region of everything. It must offer Flex Consumption.')
param location string = resourceGroup().location

@description('How many instances may serve at once. What it bounds is the bill: every instance costs the same per request.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('The memory of an instance in MB. Processor and bandwidth grow with it.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Instances kept warm for HTTP. 0 costs nothing while idle, and the first request after a pause waits for a cold start.')
@minValue(0)
@maxValue(1000)
param alwaysReadyHttp int = 0

@description('Names of the keys of products that do not sign with the global one: a-z, 0-9 and dashes.')
param productSigningKeys string[] = []

@description('Object id of the person or group that runs licensectl, uploads downloads and rotates keys; empty for nobody.')
param operatorPrincipalId string = ''

@description('Proxies of your own before the app, such as Front Door: addresses and ranges whose word about the client is taken, comma between; empty for none.')
param trustedProxies string = ''

@description('Who is told when an alert fires; empty for nobody.')
param alertEmail string = ''

// One name for all of them: unique in Azure, stable over deployments, and fit for the strictest (an account: 24 of a-z, 0-9).
var token = uniqueString(resourceGroup().id, environmentName)
var tags = {
  'azd-env-name': environmentName
}

// Of its own rather than the app's: so its grants stand before the app first reads its package.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${token}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    tags: tags
    token: token
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    tags: tags
    token: token
  }
}

module vault 'modules/keyvault.bicep' = {
  name: 'keyvault'
  params: {
    location: location
    tags: tags
    token: token
    productSigningKeys: productSigningKeys
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    token: token
    alertEmail: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    dataAccountName: storage.outputs.dataAccountName
    vaultName: vault.outputs.name
  }
}

module diagnostics 'modules/diagnostics.bicep' = {
  name: 'diagnostics'
  params: {
    workspaceId: monitoring.outputs.workspaceId
    dataAccountName: storage.outputs.dataAccountName
    vaultName: vault.outputs.name
  }
}

module access 'modules/access.bicep' = {
  name: 'access'
  params: {
    appPrincipalId: identity.properties.principalId
    operatorPrincipalId: operatorPrincipalId
    hostAccountName: storage.outputs.hostAccountName
    dataAccountName: storage.outputs.dataAccountName
    downloadsContainerName: storage.outputs.downloadsContainerName
    vaultName: vault.outputs.name
    keyNames: vault.outputs.keyNames
    insightsName: monitoring.outputs.insightsName
  }
}

module app 'modules/functionapp.bicep' = {
  name: 'functionapp'
  params: {
    location: location
    tags: tags
    token: token
    identityId: identity.id
    identityClientId: identity.properties.clientId
    insightsConnectionString: monitoring.outputs.connectionString
    hostBlobEndpoint: storage.outputs.hostBlobEndpoint
    deploymentContainerUri: storage.outputs.deploymentContainerUri
    tableEndpoint: storage.outputs.tableEndpoint
    downloadsContainerUri: storage.outputs.downloadsContainerUri
    vaultUri: vault.outputs.uri
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyHttp: alwaysReadyHttp
    trustedProxies: trustedProxies
  }
  dependsOn: [
    access
  ]
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = resourceGroup().name
output SERVICE_API_ENDPOINT string = app.outputs.endpoint
output SERVICE_API_NAME string = app.outputs.name
output AZURE_KEY_VAULT_URI string = vault.outputs.uri
output AZURE_TABLE_ENDPOINT string = storage.outputs.tableEndpoint
output AZURE_DOWNLOADS_CONTAINER_URI string = storage.outputs.downloadsContainerUri
