//! Applications that stand for others (CA-31, CA-32, CA-33, CA-102): the ids that are public, as of the day whose rules this
//! release reads.

use super::dates::Change;
use crate::scenario::SHARED_CHANNELS;

/// A word or an id of an application list that stands for several applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suite {
    /// `Office365`.
    Office365,
    /// `MicrosoftAdminPortals`.
    AdminPortals,
}

const EXCHANGE: &str = "00000002-0000-0ff1-ce00-000000000000";
/// The portals of Azure, Entra and Intune.
const AZURE_PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
const MICROSOFT_365_ADMIN_CENTER: &str = "00000006-0000-0ff1-ce00-000000000000";
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const AZURE_POWERSHELL: &str = "1950a258-227b-4e31-a9cf-717495945fc2";
const AZURE_DEVOPS: &str = "499b84ac-1321-427f-aa17-267ca6975798";
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Azure's management interface.
pub(super) const AZURE_MANAGEMENT: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
/// The directory, as whose audience requests for baseline scopes are evaluated.
pub(super) const DIRECTORY: &str = "00000002-0000-0000-c000-000000000000";

/// Applications of Microsoft's: the same ids in every tenant.
pub const WELL_KNOWN_APPLICATIONS: &[&str] = &[
    EXCHANGE,
    AZURE_PORTAL,
    MICROSOFT_365_ADMIN_CENTER,
    AZURE_CLI,
    AZURE_POWERSHELL,
    AZURE_DEVOPS,
    GRAPH,
    AZURE_MANAGEMENT,
    DIRECTORY,
    "0000000a-0000-0000-c000-000000000000", // Intune
    "00000003-0000-0ff1-ce00-000000000000", // SharePoint
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", // Teams
];

/// Whether an application belongs to a suite; `None` where that is not known.
pub(super) fn in_suite(suite: Suite, application: &str) -> Option<bool> {
    match application {
        EXCHANGE => Some(suite == Suite::Office365),
        id if SHARED_CHANNELS.contains(&id) => Some(suite == Suite::Office365),
        AZURE_PORTAL | MICROSOFT_365_ADMIN_CENTER => Some(suite == Suite::AdminPortals),
        GRAPH | DIRECTORY | AZURE_MANAGEMENT | AZURE_DEVOPS | AZURE_CLI | AZURE_POWERSHELL => Some(false),
        _ => None,
    }
}

/// **CA-32** — what a policy on Azure's management interface reaches beside it.
pub(super) fn is_azure_management(application: &str) -> bool {
    matches!(application, AZURE_PORTAL | AZURE_CLI | AZURE_POWERSHELL)
}

/// **CA-33** — a resource that cannot be picked singly, so that nobody can say what naming it does.
pub(super) fn is_unpickable(application: &str) -> bool {
    application == GRAPH
}

/// **CA-102** — since when Microsoft demands MFA for an application, whatever the policies say.
pub(super) fn mandatory_mfa(application: &str) -> Option<Change> {
    match application {
        AZURE_PORTAL => Some(Change::AzurePortalMfa),
        MICROSOFT_365_ADMIN_CENTER => Some(Change::AdminCenterMfa),
        _ => None,
    }
}
