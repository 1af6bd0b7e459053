Set-StrictMode -Version Latest

<#
.SYNOPSIS
Checks an export of a Microsoft Entra tenant: who is locked out, and who gets in with less than was demanded.

.DESCRIPTION
Runs the program tenantproof and turns its report into objects: one for each property, with its findings. Nothing is sent anywhere.

.PARAMETER Path
The folder of the export.

.PARAMETER Property
Ids of properties, or patterns such as lockout.*; all where none is given.

.PARAMETER Option
More options of `tenantproof check`.

.PARAMETER Program
The program, where it is not on the path.

.EXAMPLE
Test-TenantProof ./export | Where-Object Verdict -eq violated | Select-Object -ExpandProperty Findings | Format-Table Severity, Id, DependsOn

.EXAMPLE
if (-not (Test-TenantProof ./export -Property lockout.external).Holds) { throw 'Guests are locked out.' }
#>
function Test-TenantProof {
    [CmdletBinding()]
    [OutputType('TenantProof.Verdict')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FullName')]
        [string] $Path,
        [string[]] $Property = @(),
        [string[]] $Option = @(),
        [string] $Program = 'tenantproof'
    )
    process {
        $arguments = @('check', $Path, '--format', 'json')
        foreach ($one in $Property) { $arguments += @('--property', $one) }
        $arguments += $Option
        # What is said beside the report, such as what is wrong with the input, is the error of this command.
        $said = [System.IO.Path]::GetTempFileName()
        try {
            $text = & $Program @arguments 2> $said | Out-String
            $code = $LASTEXITCODE
            if ($code -notin 0, 1, 3) {
                throw "tenantproof ended with ${code}: $(Get-Content -Raw $said)"
            }
        }
        finally {
            Remove-Item -Force $said -ErrorAction SilentlyContinue
        }
        ConvertTo-TenantProofVerdict ($text | ConvertFrom-Json)
    }
}

function ConvertTo-TenantProofVerdict {
    param([Parameter(Mandatory)] $Report)
    if ($Report.schema -ne 'tenantproof.report/1') {
        throw "This is no report that this module knows: $($Report.schema)"
    }
    $names = @{}
    foreach ($policy in $Report.policies) { $names[$policy.id] = $policy.displayName }
    foreach ($verdict in $Report.verdicts) {
        $findings = foreach ($finding in $verdict.counterexamples) {
            [pscustomobject]@{
                PSTypeName    = 'TenantProof.Finding'
                Id            = $finding.id
                Property      = $verdict.property
                Severity      = $finding.severity
                Cause         = @($finding.cause)
                Policies      = @($finding.policies | ForEach-Object { if ($names.ContainsKey($_)) { $names[$_] } else { $_ } })
                PolicyIds     = @($finding.policies)
                DependsOn     = @($finding.dependsOn)
                Scenario      = $finding.scenario
                Evidence      = $finding.evidence
                AffectedUsers = $finding.affectedUsers
            }
        }
        [pscustomobject]@{
            PSTypeName  = 'TenantProof.Verdict'
            Property    = $verdict.property
            Question    = $verdict.question
            Verdict     = $verdict.verdict
            # Only what is proved, and on no condition, counts.
            Holds       = ($verdict.verdict -eq 'holds') -and -not $verdict.conditional
            Conditional = $verdict.conditional
            Reason      = $verdict.reason
            Findings    = @($findings)
        }
    }
}

Export-ModuleMember -Function Test-TenantProof
