param appPrincipalId string
param operatorPrincipalId string
param hostAccountName string
param dataAccountName string
param downloadsContainerName string
param vaultName string
param keyNames string[]
param insightsName string

var roles = {
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  keyVaultCryptoUser: '12338af0-0e69-4776-bea7-57ae8d297424'
  keyVaultCryptoOfficer: '14b46e9e-c2b7-41b4-b07b-48a6ebf60603'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

var app = {
  id: appPrincipalId
  type: 'ServicePrincipal'
}
var operator = {
  id: operatorPrincipalId
  type: null
}

var host = {
  type: 'account'
  name: hostAccountName
}
var data = {
  type: 'account'
  name: dataAccountName
}
var downloads = {
  type: 'container'
  name: dataAccountName
  child: downloadsContainerName
}
var vault = {
  type: 'vault'
  name: vaultName
}
var insights = {
  type: 'insights'
  name: insightsName
}

// The app reads and signs with these keys and with no other thing in the vault: it asks for keys by their names and never
// for the list of them all. The role can neither create, import nor delete one, and what a key may be used for its keyOps
// say.
var keyGrants = [for key in keyNames: {
  // It becomes the name of a deployment, of 64 characters at most; a key may have more.
  name: 'app-key-${take(key, 30)}-${uniqueString(key)}'
  to: app
  role: roles.keyVaultCryptoUser
  on: {
    type: 'key'
    name: vaultName
    child: key
  }
}]

// All else that anybody may do.
var grants = [
  { name: 'app-host', to: app, role: roles.storageBlobDataOwner, on: host }
  { name: 'app-tables', to: app, role: roles.storageTableDataContributor, on: data }
  { name: 'app-downloads', to: app, role: roles.storageBlobDataOwner, on: downloads }
  { name: 'app-telemetry', to: app, role: roles.monitoringMetricsPublisher, on: insights }
  // What licensectl needs: the tables, the files that it uploads, and the keys that it makes, imports, rotates and disables.
  { name: 'operator-tables', to: operator, role: roles.storageTableDataContributor, on: data }
  { name: 'operator-downloads', to: operator, role: roles.storageBlobDataOwner, on: downloads }
  { name: 'operator-keys', to: operator, role: roles.keyVaultCryptoOfficer, on: vault }
]

module assignments 'grant.bicep' = [for grant in filter(union(grants, keyGrants), grant => !empty(grant.to.id)): {
  name: 'grant-${grant.name}'
  params: {
    roleId: grant.role
    principalId: grant.to.id
    principalType: grant.to.type
    scopeType: grant.on.type
    scopeName: grant.on.name
    childName: grant.on.?child
  }
}]
