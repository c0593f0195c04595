param location string
param tags object
param token string

// The same list as TableNames.All; declared here, so that the tables stand before the app starts.
var tableNames = [
  'licenses'
  'catalog'
  'listing'
  'apikeys'
  'limits'
  'access'
  'ids'
  'idempotency'
  'telemetry'
  'audit'
]

// For both accounts: every caller comes with an identity. Keys, and what is signed with them, open nothing.
var accountProperties = {
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
}

// What the Functions host keeps for itself: its locks, and the package that it runs. Lost, it is deployed again.
resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'host${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: accountProperties
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: hostAccount
  name: 'default'
}

resource deploymentContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: hostBlobs
  name: 'deployment'
  properties: {
    publicAccess: 'None'
  }
}

// Everything that is ours, and cannot be made again: tables have neither snapshots nor an undelete, so they are kept in a
// second region as well.
resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'data${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_GRS'
  }
  properties: accountProperties
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: dataAccount
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [for name in tableNames: {
  parent: dataTables
  name: name
}]

resource dataBlobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: dataAccount
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 30
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 30
    }
  }
}

// The files of products. Private: the app hands them out, to callers whose license it has checked.
resource downloads 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: dataBlobs
  name: 'downloads'
  properties: {
    publicAccess: 'None'
  }
}

output hostAccountName string = hostAccount.name
output hostBlobEndpoint string = hostAccount.properties.primaryEndpoints.blob
output deploymentContainerUri string = '${hostAccount.properties.primaryEndpoints.blob}${deploymentContainer.name}'
output dataAccountName string = dataAccount.name
output tableEndpoint string = dataAccount.properties.primaryEndpoints.table
output downloadsContainerName string = downloads.name
output downloadsContainerUri string = '${dataAccount.properties.primaryEndpoints.blob}${downloads.name}'
