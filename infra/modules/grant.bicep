// One role, for one principal, on one resource. A scope is written down by its type, so there is an assignment for each
// type of resource, of which one applies.
param roleId string
param principalId string

@description('Given for a new identity, which Azure may not know everywhere yet; otherwise Azure looks it up.')
param principalType string?

@allowed([
  'account'
  'container'
  'vault'
  'key'
  'insights'
])
param scopeType string

@description('The name of the account, the vault or the component.')
param scopeName string

@description('For a container or a key: its name. Its account or vault is scopeName.')
param childName string?

var assignment = {
  roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  principalId: principalId
  principalType: principalType
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: scopeName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' existing = {
  parent: account
  name: 'default'
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' existing = {
  parent: blobs
  name: childName ?? 'none'
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: scopeName
}

resource key 'Microsoft.KeyVault/vaults/keys@2024-11-01' existing = {
  parent: vault
  name: childName ?? 'none'
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: scopeName
}

resource onAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (scopeType == 'account') {
  name: guid(account.id, principalId, roleId)
  scope: account
  properties: assignment
}

resource onContainer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (scopeType == 'container') {
  name: guid(container.id, principalId, roleId)
  scope: container
  properties: assignment
}

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (scopeType == 'vault') {
  name: guid(vault.id, principalId, roleId)
  scope: vault
  properties: assignment
}

resource onKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (scopeType == 'key') {
  name: guid(key.id, principalId, roleId)
  scope: key
  properties: assignment
}

resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (scopeType == 'insights') {
  name: guid(insights.id, principalId, roleId)
  scope: insights
  properties: assignment
}
