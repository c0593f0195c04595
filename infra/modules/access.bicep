param appPrincipalId string
param operatorPrincipalId string
param hostAccountName string
param dataAccountName string
param downloadsContainerName string
param vaultName string
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

// All that anybody may do. The app's right to its keys is on the vault and not on each key, because it finds them, and
// their new versions, by listing the vault (GET /keys), which only a grant on the vault allows. The vault holds nothing
// but these keys, the role can neither create, import nor delete one, and what a key may be used for its keyOps say.
var grants = [
  { name: 'app-host', to: app, role: roles.storageBlobDataOwner, on: host }
  { name: 'app-tables', to: app, role: roles.storageTableDataContributor, on: data }
  { name: 'app-downloads', to: app, role: roles.storageBlobDataOwner, on: downloads }
  { name: 'app-keys', to: app, role: roles.keyVaultCryptoUser, on: vault }
  { name: 'app-telemetry', to: app, role: roles.monitoringMetricsPublisher, on: insights }
  // What licensectl needs: the tables, the files that it uploads, and the keys that it rotates.
  { name: 'operator-tables', to: operator, role: roles.storageTableDataContributor, on: data }
  { name: 'operator-downloads', to: operator, role: roles.storageBlobDataOwner, on: downloads }
  { name: 'operator-keys', to: operator, role: roles.keyVaultCryptoOfficer, on: vault }
]

module assignments 'grant.bicep' = [for grant in filter(grants, grant => !empty(grant.to.id)): {
  name: 'grant-${grant.name}'
  params: {
    roleId: grant.role
    principalId: grant.to.id
    principalType: grant.to.type
    scopeType: grant.on.type
    scopeName: grant.on.name
    containerName: grant.on.?child
  }
}]
