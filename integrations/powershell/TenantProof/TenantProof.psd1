@{
    RootModule        = 'TenantProof.psm1'
    ModuleVersion     = '0.1.0'
    GUID              = '5f0c3c1e-7a53-4f0e-9d5b-2b5b0f6a9a11'
    Author            = 'The authors of tenantproof'
    Description       = 'Proves that a Microsoft Entra tenant locks nobody out and lets nobody in with less than was demanded, or lists every counterexample.'
    PowerShellVersion = '5.1'
    FunctionsToExport = @('Test-TenantProof')
    CmdletsToExport   = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
