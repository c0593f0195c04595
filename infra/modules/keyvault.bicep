param location string
param tags object
param token string
param productSigningKeys string[]

var signingKeys = union(['global'], productSigningKeys)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    // A key that is gone for good makes worthless what every installed application trusts.
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
  }
}

// Made once: a later deployment finds them and leaves them and their versions alone. An operator rotates them.
resource signing 'Microsoft.KeyVault/vaults/keys@2024-11-01' = [for name in signingKeys: {
  parent: vault
  name: name
  properties: {
    kty: 'RSA'
    keySize: 2048
    keyOps: [
      'sign'
      'verify'
    ]
  }
}]

// Wraps what the private halves of the products' offline license files are kept under. It signs nothing, so it is in no key set.
resource offlineWrap 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: vault
  name: 'offline-wrap'
  properties: {
    kty: 'RSA'
    keySize: 2048
    keyOps: [
      'wrapKey'
      'unwrapKey'
    ]
  }
}

output name string = vault.name
output keyNames string[] = union(signingKeys, ['offline-wrap'])
output uri string = vault.properties.vaultUri
