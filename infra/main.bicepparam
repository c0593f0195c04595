using './main.bicep'

// From the environment: azd hands its own values over, a workflow or a shell exports them.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'licenses')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param maximumInstanceCount = int(readEnvironmentVariable('MAXIMUM_INSTANCE_COUNT', '100'))
param instanceMemoryMB = int(readEnvironmentVariable('INSTANCE_MEMORY_MB', '2048'))
param alwaysReadyHttp = int(readEnvironmentVariable('ALWAYS_READY_HTTP', '0'))
param productSigningKeys = filter(split(readEnvironmentVariable('PRODUCT_SIGNING_KEYS', ''), ','), name => !empty(name))
param operatorPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param trustedProxies = readEnvironmentVariable('TRUSTED_PROXIES', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
