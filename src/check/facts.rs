//! What would decide something that is not known, in words.

/// The shortest list of facts that decides.
pub(super) fn depends(mut keys: Vec<&str>) -> String {
    keys.sort_unstable();
    keys.dedup();
    let facts: Vec<String> = keys.iter().map(|key| fact(key)).collect();
    format!("it depends on what is not known: {}", facts.join("; "))
}

/// What would decide one unknown.
fn fact(key: &str) -> String {
    let at_home = key.strip_prefix("input:home/").and_then(|rest| rest.split_once('/'));
    if let Some((home, rest)) = at_home {
        return format!("for the home {home}: {}", fact(&format!("input:{rest}")));
    }
    if let Some(kind) = key.strip_prefix("input:") {
        return match kind {
            _ if kind.starts_with("supportsMfa/") => {
                format!(
                    "find out whether SupportsMfa is set for the domain, and say --assume {key}=yes or no"
                )
            }
            "legacyMfaTrustedIps" => {
                "check whether the legacy MFA settings list trusted addresses (no export holds them)".into()
            }
            "baselineApplication" => {
                "look up the tenant's setting for baseline scopes (no export holds it)".into()
            }
            "telephonyProvider" => format!(
                "find out whether the tenant has a telephony provider of its own, and say --assume {key}=yes or no"
            ),
            "servicePrincipalRisk" => format!(
                "find out whether the service assesses the risk of service principals, and say --assume {key}=yes or no"
            ),
            "approvedApplication" => "find out which client applications people use".into(),
            _ if kind.starts_with("device.") => {
                format!("the comparisons of {kind} are too many to tell apart; write fewer")
            }
            _ if kind.starts_with("unpickable/") => {
                format!("what naming the resource does is not known ({kind}); target all resources")
            }
            _ if kind.starts_with("suite/") => {
                format!("find out whether the application is in the suite ({kind})")
            }
            _ => format!("export {kind}"),
        };
    }
    if let Some(place) = key.strip_prefix("unmodelled:") {
        return format!("what stands at {place} is not understood by this version");
    }
    format!("--assume {key}=…")
}
