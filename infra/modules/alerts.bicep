param location string
param tags object
param token string
param alertEmail string
param workspaceId string
param dataAccountName string
param vaultName string

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' existing = {
  parent: dataAccount
  name: 'default'
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

// Few, each of which wants somebody to act; docs/operations.md says how. A query answers a row when there is cause.
var queryRules = [
  {
    name: 'requests-failing'
    description: 'More than one request in twenty was answered 500 or 503.'
    severity: 1
    window: 'PT15M'
    frequency: 'PT5M'
    query: '''
AppMetrics
| where Name == "licensing.requests"
| summarize Requests = sum(Sum), Failed = sumif(Sum, tostring(Properties["licensing.result"]) in ("500", "503"))
| where Failed >= 20 and Failed > Requests / 20
'''
  }
  {
    name: 'outbox-old'
    description: 'A change, or a post to a webhook, has waited for over half an hour.'
    severity: 2
    window: 'PT15M'
    frequency: 'PT15M'
    query: '''
AppMetrics
| where Name == "licensing.outbox.age"
| summarize Seconds = max(Max)
| where Seconds > 1800
'''
  }
  {
    name: 'dead-letters'
    description: 'Events were given up because the target of a webhook did not take them.'
    severity: 3
    window: 'PT1H'
    frequency: 'PT1H'
    query: '''
AppMetrics
| where Name == "licensing.webhook.dead_letters"
| summarize Events = sum(Sum)
| where Events > 0
'''
  }
]

var metricRules = [
  {
    name: 'storage-throttled'
    description: 'The data account refused operations because there were too many.'
    severity: 2
    on: dataTables.id
    namespace: 'Microsoft.Storage/storageAccounts/tableServices'
    metric: 'Transactions'
    aggregation: 'Total'
    dimension: 'ResponseType'
    values: [
      'ClientThrottlingError'
      'ClientAccountRequestThrottlingError'
      'ServerBusyError'
    ]
    threshold: 100
  }
  {
    name: 'vault-refusing'
    description: 'The vault refused operations: the app may not, or there were too many.'
    severity: 1
    on: vault.id
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'ServiceApiResult'
    aggregation: 'Count'
    dimension: 'StatusCode'
    values: [
      '403'
      '429'
    ]
    threshold: 5
  }
]

// Without an address it tells nobody, and the alerts are seen in the portal alone.
resource told 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'licenses'
    enabled: true
    emailReceivers: empty(alertEmail) ? [] : [{ name: 'operator', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

resource onQuery 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in queryRules: {
  name: '${rule.name}-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'License Functions: ${rule.name}'
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [
      workspaceId
    ]
    windowSize: rule.window
    evaluationFrequency: rule.frequency
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    // A new workspace knows its tables only once something was sent there.
    skipQueryValidation: true
    actions: {
      actionGroups: [
        told.id
      ]
    }
  }
}]

resource onMetric 'Microsoft.Insights/metricAlerts@2018-03-01' = [for rule in metricRules: {
  name: '${rule.name}-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [
      rule.on
    ]
    windowSize: 'PT5M'
    evaluationFrequency: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: rule.name
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: rule.namespace
          metricName: rule.metric
          timeAggregation: rule.aggregation
          operator: 'GreaterThan'
          threshold: rule.threshold
          dimensions: [
            {
              name: rule.dimension
              operator: 'Include'
              values: rule.values
            }
          ]
        }
      ]
    }
    autoMitigate: true
    actions: [
      {
        actionGroupId: told.id
      }
    ]
  }
}]
